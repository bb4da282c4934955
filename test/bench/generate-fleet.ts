/** A number of hosts -> the files of a policy repository for a fleet of them: the same numbers give the same bytes. */

import type { RepositoryFile } from '../../src/repository/revision.ts'

export interface FleetSettings {
  readonly hosts: number
  readonly policies: number
  /** One policy in the middle allows port 20000 + edition, and one network set has as many networks more. */
  readonly edition: number
}

const roles = 20
const racks = 50

/** Each policy selects the hosts of a role, half of them in one rack only; half of the peers are those of a role. */
export function generateFleet({ hosts, policies, edition }: FleetSettings): readonly RepositoryFile[] {
  const middle = Math.floor(policies / 2)
  return [
    file('sets/office.yaml', networkSet(edition)),
    ...times(roles, (index) => file(`tests/role-${index}.yaml`, test(index))),
    ...times(hosts, (index) => file(`hosts/host-${index}.yaml`, host(index))),
    ...times(policies, (index) =>
      file(`policies/policy-${index}.yaml`, policy(index, index === middle ? 20_000 + edition : 1024 + index)),
    ),
  ]
}

function file(path: string, text: string): RepositoryFile {
  return { path, type: 'file', contentId: text, bytes: new TextEncoder().encode(text) }
}

function networkSet(edition: number): string {
  const nets = times(8 + edition, (at) => `172.16.${at * 2}.0/24`)
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: office, labels: {purpose: office}}
spec: {nets: [${nets.join(', ')}]}
`
}

function host(index: number): string {
  return `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: host-${index}-eth0, labels: {role: r${index % roles}, rack: k${index % racks}}}
spec: {node: host-${index}, interfaceName: eth0, expectedIPs: [10.${Math.floor(index / 250)}.${index % 250}.1]}
`
}

function policy(index: number, port: number): string {
  const role = index % roles
  const rack = index % 2 === 0 ? '' : ` && rack == 'k${index % racks}'`
  const peer = index % 4 < 2 ? `purpose == 'office'` : `role == 'r${(role + 1) % roles}'`
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: policy-${index}}
spec:
  order: ${index + 1}
  selector: role == 'r${role}'${rack}
  ingress:
    - {action: Allow, protocol: TCP, source: {selector: "${peer}"}, destination: {ports: [${port}]}}
    - {action: Deny, protocol: TCP, source: {nets: [192.0.2.${index % 250}/32]}, destination: {ports: ["${port}:${port + 9}"]}}
`
}

/** Holds on every host of the role: ssh is a failsafe, and no policy speaks of the other two. */
function test(role: number): string {
  return `apiVersion: rampart/v1
kind: PolicyTest
metadata: {name: role-${role}}
spec:
  selector: role == 'r${role}'
  cases:
    - {name: ssh, iif: eth0, src: any, proto: tcp, dport: 22, expect: allow}
    - {name: tcpmux, iif: eth0, src: any, proto: tcp, dport: 1, expect: deny}
    - {name: discard, iif: eth0, src: any, proto: udp, dport: 9, expect: deny}
`
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
