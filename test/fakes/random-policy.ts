/** Random policy repositories for the host h1: everything that the model has, small enough that its parts meet. */

import type { HostFacts } from '../../src/host/host-facts.ts'
import { readAddress } from '../../src/net/address.ts'
import { networkOf } from '../../src/net/cidr.ts'
import type { Dice } from './dice.ts'
import type { Plain, PlainDocument } from './plain-document.ts'
import { networks, portNames, randomRule, selectors } from './random-rule.ts'

/** A profile that is to be taken out of the policy set, as if nobody had written it: endpoints that list it deny there (EV-40). */
export const missingProfile = 'ghost'

const addresses: Readonly<Record<string, readonly string[]>> = {
  cali1: [],
  cali2: [],
  cali9: [],
  eth0: ['203.0.113.10', '2001:db8:a::10'],
  eth1: ['10.0.0.1', 'fd00:1::1'],
  eth2: ['172.16.0.1'],
  lo: ['127.0.0.1', '::1'],
}

/** h1: a gateway with three interfaces, two known workloads and an unknown one. */
export const randomHostFacts: HostFacts = {
  node: 'h1',
  interfaces: Object.entries(addresses).map(([name, texts]) => ({
    name,
    up: true,
    master: undefined,
    addresses: texts.flatMap((text) => {
      const address = readAddress(text)
      return address === undefined ? [] : [{ address, network: networkOf(address, address.family === 4 ? 24 : 64) }]
    }),
  })),
}

/** Valid, whatever the dice say. */
export function randomPolicy(dice: Dice): readonly PlainDocument[] {
  const tiers = dice.chance(0.5) ? dice.some(['early', 'late'], 2) : []
  const policies = Array.from({ length: dice.below(8) }, (_, index) => policy(dice, `p${index}`, tiers))
  return [
    ...hostEndpoints(dice),
    ...workloads(dice),
    ...tiers.map((name) => tier(dice, name)),
    ...policies,
    ...Array.from({ length: dice.chance(0.6) ? dice.below(4) : 0 }, (_, at) => staged(dice, at, { policies, tiers })),
    ...networkSets(dice),
    ...['one', 'two', missingProfile].map((name) => profile(dice, name)),
    ...(dice.chance(0.6) ? [configuration(dice)] : []),
  ]
}

const document = (kind: string, name: string, spec: PlainDocument['spec']): PlainDocument => ({
  kind,
  metadata: { name },
  spec,
})

function labelled(dice: Dice, labels: Record<string, Plain>, from: PlainDocument): PlainDocument {
  if (dice.chance(0.7)) labels.role = dice.pick(['web', 'lan', 'guest'])
  if (dice.chance(0.5)) labels.env = dice.pick(['prod', 'dev'])
  return { ...from, metadata: { ...from.metadata, labels } }
}

function hostEndpoints(dice: Dice): readonly PlainDocument[] {
  const named = [
    { name: 'e0', interfaceName: 'eth0', expectedIPs: ['203.0.113.10', '2001:db8:a::10'] },
    { name: 'e1', interfaceName: 'eth1', expectedIPs: ['10.0.0.1'] },
    { name: 'e2', expectedIPs: ['172.16.0.1', '10.0.0.1'] },
    { name: 'lo', interfaceName: 'lo' },
  ].filter((_, index) => dice.chance([0.8, 0.5, 0.4, 0.15][index] ?? 0))
  const star = dice.chance(0.35) ? [{ name: 'star', interfaceName: '*' }] : []
  const elsewhere = { name: 'other', interfaceName: 'eth0', expectedIPs: ['192.0.2.7', '10.0.0.129', 'fd00:65::9'] }
  const own = [...named, ...star].map(({ name, ...spec }) => {
    const labels: Record<string, Plain> = name === 'star' ? {} : { hep: name }
    const full = { node: 'h1', ...spec, ...profiles(dice), ...(dice.chance(0.6) ? { ports: endpointPorts(dice) } : {}) }
    return labelled(dice, labels, document('HostEndpoint', name, full))
  })
  const { name, ...spec } = elsewhere
  const everyPort = portNames.map((port, index) => ({ name: port, protocol: 'TCP', port: 80 + index }))
  return [...own, labelled(dice, {}, document('HostEndpoint', name, { node: 'h2', ...spec, ports: everyPort }))]
}

function endpointPorts(dice: Dice): Plain {
  return dice
    .some(portNames, 3)
    .map((name) => ({ name, protocol: dice.pick(['TCP', 'UDP']), port: dice.pick([53, 80, 443, 8080]) }))
}

function profiles(dice: Dice): { readonly profiles?: readonly string[] } {
  if (dice.chance(0.35)) return {}
  const names = dice.some(
    ['one', 'two', missingProfile, 'projectcalico-default-allow', 'projectcalico-default-allow'],
    2,
  )
  return { profiles: dice.chance(0.5) ? [...names].reverse() : names }
}

function workloads(dice: Dice): readonly PlainDocument[] {
  return ['1', '2']
    .filter(() => dice.chance(0.75))
    .map((number) => {
      const networksOfIt = [`10.65.0.${number}/32`, `fd00:65::${number}/128`]
      const identity = { node: 'h1', orchestrator: 'lxc', workload: `w${number}`, endpoint: 'eth0' }
      const spec = { ...identity, interfaceName: `cali${number}`, ipNetworks: networksOfIt, ...profiles(dice) }
      const full = dice.chance(0.6) ? { ...spec, ports: endpointPorts(dice) } : spec
      const made = labelled(dice, { app: `w${number}` }, document('WorkloadEndpoint', `h1-lxc-w${number}-eth0`, full))
      return { ...made, metadata: { ...made.metadata, namespace: dice.pick(['default', 'blue']) } }
    })
}

function tier(dice: Dice, name: string): PlainDocument {
  const order = name === 'early' ? { order: dice.below(20) } : {}
  return document('Tier', name, {
    ...order,
    ...(dice.chance(0.7) ? { defaultAction: dice.pick(['Pass', 'Pass', 'Deny']) } : {}),
  })
}

const actions = ['Allow', 'Allow', 'Allow', 'Deny', 'Deny', 'Pass', 'Log']
/** Few packets get as far as a profile. */
const profileActions = ['Allow', 'Allow', 'Deny', 'Pass', 'Log', 'Log']

function policy(dice: Dice, shortName: string, tiers: readonly string[]): PlainDocument {
  const stage = dice.pick(['normal', 'normal', 'forward', 'forward', 'preDNAT', 'preDNAT', 'doNotTrack'])
  const ofTier = tiers.length > 0 && dice.chance(0.5) ? dice.pick(tiers) : undefined
  const name = ofTier === undefined ? shortName : `${ofTier}.${shortName}`
  const directions = stage === 'preDNAT' ? ['ingress'] : dice.some(['ingress', 'egress'], 2)
  const rules = Object.fromEntries(
    directions.map((direction) => [
      direction,
      Array.from({ length: 1 + dice.below(4) }, () => randomRule(dice, actions)),
    ]),
  )
  const spec: Record<string, Plain> = { selector: dice.pick(selectors), ...rules }
  if (ofTier !== undefined) spec.tier = ofTier
  if (dice.chance(0.7)) spec.order = dice.pick([-5, 0, 1, 1.5, 10])
  if (dice.chance(0.15)) spec.types = stage === 'preDNAT' ? ['Ingress'] : ['Ingress', 'Egress']
  if (stage !== 'normal') spec.applyOnForward = true
  if (stage === 'preDNAT' || stage === 'doNotTrack') spec[stage] = true
  // no untracked policy may select the star endpoint (DV-10), the only one of the host without this label
  if (stage === 'doNotTrack') spec.selector = dice.pick(['has(hep)', "hep == 'e0'", 'has(hep) && has(role)'])
  if (stage === 'normal' && dice.chance(0.25))
    return { kind: 'NetworkPolicy', metadata: { name, namespace: dice.pick(['default', 'blue']) }, spec }
  return document('GlobalNetworkPolicy', name, spec)
}

/** A new policy, a change of one that there is (as often with another order or other rules), or its end. */
function staged(
  dice: Dice,
  index: number,
  there: { readonly policies: readonly PlainDocument[]; readonly tiers: readonly string[] },
): PlainDocument {
  const target = there.policies[index]
  const kindOf = (document: PlainDocument) => ({ ...document, kind: `Staged${document.kind}` })
  if (target === undefined || dice.chance(0.3)) return kindOf(policy(dice, `s${index}`, there.tiers))
  const { metadata, spec } = target
  const tier = spec.tier === undefined ? {} : { tier: spec.tier }
  if (dice.chance(0.3)) return kindOf({ ...target, spec: { ...tier, stagedAction: 'Delete' } })
  if (dice.chance(0.4))
    return kindOf({ ...target, spec: { ...spec, order: dice.pick([-6, 0.5, 2, 20]), stagedAction: 'Set' } })
  const other = policy(dice, '', [])
  return kindOf({
    ...other,
    metadata: { ...other.metadata, name: metadata.name ?? '' },
    spec: { ...other.spec, ...tier },
  })
}

function networkSets(dice: Dice): readonly PlainDocument[] {
  const all = [...networks[4], ...networks[6], '10.0.0.77', '192.0.2.8/30', '10.0.0.5/24']
  return ['n0', 'n1', 'n2']
    .filter(() => dice.chance(0.6))
    .map((name) => {
      const made = labelled(dice, {}, document('GlobalNetworkSet', name, { nets: dice.some(all, 4) }))
      if (!dice.chance(0.3)) return made
      return { ...made, kind: 'NetworkSet', metadata: { ...made.metadata, namespace: dice.pick(['default', 'blue']) } }
    })
}

function profile(dice: Dice, name: string): PlainDocument {
  const rules = () => Array.from({ length: dice.below(4) }, () => randomRule(dice, profileActions))
  const labels = dice.chance(0.4) ? { labelsToApply: { env: dice.pick(['prod', 'dev']) } } : {}
  return document('Profile', name, { ingress: rules(), egress: rules(), ...labels })
}

function configuration(dice: Dice): PlainDocument {
  const spec: Record<string, Plain> = {}
  if (dice.chance(0.4)) spec.defaultEndpointToHostAction = dice.pick(['Drop', 'Accept', 'Return'])
  if (dice.chance(0.25)) spec.disableConntrackInvalidCheck = true
  if (dice.chance(0.1)) spec.ipv6Support = false
  if (dice.chance(0.3)) spec.nftablesFilterAllowAction = 'Return'
  if (dice.chance(0.3)) spec.nftablesFilterDenyAction = 'Reject'
  if (dice.chance(0.2)) spec.chainInsertMode = 'Append'
  if (dice.chance(0.2)) spec.allowVXLANPacketsFromWorkloads = true
  if (dice.chance(0.2)) spec.allowIPIPPacketsFromWorkloads = true
  if (dice.chance(0.1)) spec.interfacePrefix = dice.pick(['none', 'cali,eth2'])
  for (const list of ['failsafeInboundHostPorts', 'failsafeOutboundHostPorts'])
    if (dice.chance(0.4)) spec[list] = Array.from({ length: dice.below(4) }, () => failsafe(dice))
  return document('FelixConfiguration', dice.pick(['default', 'node.h1']), spec)
}

function failsafe(dice: Dice): Plain {
  const entry = { protocol: dice.pick(['TCP', 'UDP', 'SCTP']), port: dice.pick([22, 53, 80, 443]) }
  return dice.chance(0.4) ? { ...entry, net: dice.pick([...networks[4], ...networks[6]]) } : entry
}
