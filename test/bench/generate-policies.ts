/** A number of rules -> the files of a policy repository that has just so many: the same numbers give the same bytes. */

export interface GeneratorSettings {
  /** A multiple of 20: there are 20 rules in each policy. */
  readonly ruleCount: number
  readonly variant: PolicyVariant
  /** One rule in the middle allows port 20000 + edition; all else is the same in every edition. */
  readonly edition: number
  /** What that rule lets in; TCP without it. */
  readonly editedProtocol?: 'TCP' | 'UDP'
}

/** `mixed`: what people write. `mergeable`: single addresses and ports only, which the compiler joins into lookups. */
export type PolicyVariant = 'mixed' | 'mergeable'

export interface GeneratedFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** The node of the one host endpoint, which is on eth0 and which every policy selects. */
export const generatedNode = 'bench-1'

/** Whom the rule that differs between editions lets in. */
export function editedPeer(ruleCount: number): string {
  return address(editedRule(ruleCount))
}

function editedRule(ruleCount: number): number {
  return Math.floor(ruleCount / 2)
}

/** The one file that differs between editions. */
export function editedFile(settings: GeneratorSettings): GeneratedFile {
  const index = Math.floor(editedRule(settings.ruleCount) / rulesPerPolicy)
  return policyFile(index, settings)
}

export const rulesPerPolicy = 20
const networkSetCount = 10
const netsPerSet = 16

/** One file for the host, one for each network set, one for each policy. */
export function generatePolicies(settings: GeneratorSettings): readonly GeneratedFile[] {
  const policyCount = settings.ruleCount / rulesPerPolicy
  return [
    hostFile(''),
    ...times(networkSetCount, (index) => ({ path: `sets/group-${index}.yaml`, text: networkSet(index) })),
    ...times(policyCount, (index) => policyFile(index, settings)),
  ]
}

function policyFile(index: number, settings: GeneratorSettings): GeneratedFile {
  return { path: `policies/${policyName(index)}.yaml`, text: policy(index, settings) }
}

/** @param label one more of the endpoint's, as `stage: one` */
export function hostFile(label: string): GeneratedFile {
  const labels = ['role: bench', ...(label === '' ? [] : [label])].join(', ')
  return { path: 'hosts/bench-1.yaml', text: hostEndpoint.replace('{role: bench}', `{${labels}}`) }
}

const hostEndpoint = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata:
  name: bench-1-eth0
  labels: {role: bench}
spec:
  node: bench-1
  interfaceName: eth0
  expectedIPs: [192.0.2.1]
`

function networkSet(index: number): string {
  const nets = times(netsPerSet, (at) => `    - 10.${200 + index}.${at * 4}.0/24\n`)
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata:
  name: group-${index}
  labels: {group: g${index}}
spec:
  nets:
${nets.join('')}`
}

function policyName(index: number): string {
  return `policy-${String(index).padStart(5, '0')}`
}

function policy(index: number, settings: GeneratorSettings): string {
  const direction = index % 4 === 3 ? 'egress' : 'ingress'
  const rules = times(rulesPerPolicy, (at) => ruleAt(index * rulesPerPolicy + at, direction, settings))
  return `# What service ${index} lets in or out.
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: ${policyName(index)}
spec:
  order: ${index + 1}
  selector: role == 'bench'
  types: [${direction === 'ingress' ? 'Ingress' : 'Egress'}]
  ${direction}:
${rules.join('')}`
}

type Direction = 'ingress' | 'egress'

function ruleAt(number: number, direction: Direction, settings: GeneratorSettings): string {
  const peer = direction === 'ingress' ? 'source' : 'destination'
  const edited = number === editedRule(settings.ruleCount)
  const port = edited ? 20_000 + settings.edition : 1024 + (number % 16_000)
  if (edited) return exactRule({ number, peer, port, protocol: settings.editedProtocol })
  if (settings.variant === 'mergeable') return exactRule({ number, peer, port })
  const write = mixedRules[number % mixedRules.length] ?? exactRule
  return write({ number, peer, port })
}

interface RuleNumbers {
  readonly number: number
  readonly peer: 'source' | 'destination'
  readonly port: number
  readonly protocol?: 'TCP' | 'UDP' | undefined
}

type RuleWriter = (numbers: RuleNumbers) => string

const exactRule: RuleWriter = ({ number, peer, port, protocol = 'TCP' }) =>
  withPeer({ peer, protocol, nets: `nets: [${address(number)}/32]`, ports: `${port}` })

const mixedRules: readonly RuleWriter[] = [
  ({ number, peer, port }) =>
    withPeer({ peer, protocol: 'TCP', nets: `nets: [${network(number)}]`, ports: `${port}, 443` }),
  ({ number, peer, port }) =>
    withPeer({ peer, protocol: 'UDP', nets: `selector: "group == 'g${number % networkSetCount}'"`, ports: `${port}` }),
  exactRule,
  ({ number, peer, port }) =>
    withPeer({
      peer,
      protocol: 'TCP',
      nets: `nets: [${network(number)}, ${network(number + 7)}]`,
      ports: `"${port}:${port + 10}"`,
    }),
  ({ number }) =>
    `    - action: Allow\n      protocol: ICMP\n      icmp: {type: 8}\n      source: {nets: [${network(number)}]}\n`,
  ({ number, peer }) =>
    `    - action: Deny\n      ${peer}: {nets: [${network(number)}], notNets: [${address(number)}/32]}\n`,
  ({ number, peer, port }) =>
    withPeer({ peer, protocol: 'TCP', nets: `nets: ["2001:db8:${hex(number)}::/64"]`, ports: `${port}` }),
  ({ number, peer, port }) =>
    withPeer({
      peer,
      protocol: 'SCTP',
      nets: `selector: "group in {'g${number % networkSetCount}', 'g${(number + 1) % networkSetCount}'}"`,
      ports: `${port}`,
    }),
]

/** An Allow from (or to) networks, to ports of the destination. */
function withPeer(rule: {
  readonly peer: 'source' | 'destination'
  readonly protocol: string
  readonly nets: string
  readonly ports: string
}): string {
  const head = `    - action: Allow\n      protocol: ${rule.protocol}\n`
  return rule.peer === 'source'
    ? `${head}      source: {${rule.nets}}\n      destination: {ports: [${rule.ports}]}\n`
    : `${head}      destination: {${rule.nets}, ports: [${rule.ports}]}\n`
}

/** In 10.0.0.0/9, so that it meets no network set. */
function address(number: number): string {
  return `10.${Math.floor(number / 62_500) % 128}.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`
}

function network(number: number): string {
  return `172.${16 + (Math.floor(number / 256) % 16)}.${number % 256}.0/24`
}

function hex(number: number): string {
  return (number % 65_536).toString(16)
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
