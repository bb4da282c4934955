/** Who is meant by a name, a selector, a network or an address: endpoints and network sets of a revision. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { readAddress, sameAddress } from '../net/address.ts'
import { type Cidr, hostCidr, printCidr, readCidr } from '../net/cidr.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Labels } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { readSelector } from '../selector/read-selector.ts'

export interface PartyMember {
  /** `HostEndpoint/web-1-eth0`, `GlobalNetworkSet/office`, `10.0.0.0/8` */
  readonly name: string
  readonly networks: readonly Cidr[]
  /** Undefined for who is on no host of ours. */
  readonly endpoint: HostEndpoint | WorkloadEndpoint | undefined
}

/** At least one member; a string says why there is none. */
export function findParty(policySet: PolicySet, text: string): readonly PartyMember[] | string {
  const all = candidatesOf(policySet)
  return findAddress(all, text) ?? findNamed(all, text) ?? findSelected(all, text)
}

interface Candidate extends PartyMember {
  readonly labels: Labels
  /** By which it may be called. */
  readonly names: readonly string[]
}

function candidatesOf(policySet: PolicySet): readonly Candidate[] {
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const candidate = (
    endpoint: HostEndpoint | WorkloadEndpoint,
    { names, networks }: Pick<Candidate, 'names' | 'networks'>,
  ): Candidate => ({
    name: `${endpoint.kind}/${names[0]}`,
    names: [...names, `${endpoint.kind}/${names[0]}`, endpoint.node],
    networks,
    endpoint,
    labels: effectiveLabels(endpoint, profiles),
  })
  return [
    ...policySet.hostEndpoints.map((endpoint) =>
      candidate(endpoint, { names: [endpoint.name], networks: endpoint.expectedIPs.map(hostCidr) }),
    ),
    ...policySet.workloadEndpoints.map((endpoint) => {
      const names = [`${endpoint.namespace}/${endpoint.name}`, endpoint.name]
      return candidate(endpoint, { names, networks: endpoint.addresses.map(hostCidr) })
    }),
    ...policySet.networkSets.map(({ kind, namespace, name, labels, nets }): Candidate => {
      const whole = namespace === undefined ? name : `${namespace}/${name}`
      const names = [whole, name, `${kind}/${whole}`]
      return { name: `${kind}/${whole}`, names, networks: nets, endpoint: undefined, labels }
    }),
  ]
}

/** An address of an endpoint is the endpoint's. */
function findAddress(all: readonly Candidate[], text: string): readonly PartyMember[] | undefined {
  const address = readAddress(text)
  const owners =
    address === undefined
      ? []
      : all.filter(
          ({ endpoint, networks }) =>
            endpoint && networks.some((net) => sameAddress({ family: net.family, value: net.base }, address)),
        )
  if (address !== undefined && owners.length > 0)
    return owners.map((owner) => ({ ...owner, networks: [hostCidr(address)] }))
  const read = readCidr(text)
  if (read.type !== 'cidr') return undefined
  return [{ name: address === undefined ? printCidr(read.cidr) : text, networks: [read.cidr], endpoint: undefined }]
}

function findNamed(all: readonly Candidate[], text: string): readonly PartyMember[] | string | undefined {
  const named = all.filter(({ names }) => names.includes(text))
  if (named.length === 0) return undefined
  const isMixed = named.some(({ endpoint }) => endpoint === undefined) && named.some(({ endpoint }) => endpoint)
  if (!isMixed) return named
  return `"${text}" may be any of these: ${named.map(({ name }) => name).join(', ')}`
}

function findSelected(all: readonly Candidate[], text: string): readonly PartyMember[] | string {
  const read = readSelector(text)
  if (read.type !== 'selector') return whyNobody(all, text, read.message)
  const selected = all.filter(({ labels }) => matchesSelector(read.selector, labels))
  return selected.length > 0 ? selected : `nobody matches the selector ${text}`
}

function whyNobody(all: readonly Candidate[], text: string, fault: string): string {
  // one word is hardly a selector
  if (!/^[\w./-]+$/.test(text)) return `"${text}" is no selector: ${fault}`
  const nearest = nearestName(text, [...new Set(all.flatMap(({ names }) => names))])
  return `nobody is called "${text}"${nearest === undefined ? ': give the name of an endpoint, a host or a network set, a network, or a selector' : `: did you mean "${nearest}"?`}`
}
