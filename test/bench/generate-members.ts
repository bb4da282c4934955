/** A number of members -> the network sets that hold them, and the one policy that selects them: the same numbers give the same bytes. */

import type { GeneratedFile } from './generate-policies.ts'

/** `addresses`: single ones, which a hash set can hold. `networks`: a third each of single addresses, /28 and /24. */
export type MemberKind = 'addresses' | 'networks'

/** No two of them touch, so none are joined. */
export function generateMembers(count: number, kind: MemberKind): readonly string[] {
  return Array.from({ length: count }, (_, index) => member(index, kind))
}

/** One of so many; numbers above the count are those that do not exist yet. */
export function member(index: number, kind: MemberKind): string {
  const block = index * (kind === 'addresses' ? 8 : 512)
  const length = kind === 'addresses' ? 32 : [32, 28, 24][index % 3]
  const address = block + 0x20_00_00_00
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')}/${length}`
}

/** The members in turn in so many files; the policy lets them all in. */
export function memberFiles(members: readonly string[], files: number): readonly GeneratedFile[] {
  const perFile = Math.ceil(members.length / files)
  const parts = Array.from({ length: files }, (_, at) => members.slice(at * perFile, (at + 1) * perFile))
  return [...parts.map((part, at) => ({ path: `members/part-${at}.yaml`, text: networkSet(at, part) })), policy]
}

function networkSet(at: number, members: readonly string[]): string {
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata:
  name: members-${at}
  labels: {group: members}
spec:
  nets:
${members.map((net) => `    - ${net}\n`).join('')}`
}

const policy: GeneratedFile = {
  path: 'policies/members.yaml',
  text: `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: members
spec:
  order: 0
  selector: role == 'bench'
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source: {selector: "group == 'members'"}
      destination: {ports: [443]}
`,
}
