/** A number of members -> the network sets that hold them, the one policy that selects them, and a cycle of edits: the same numbers give the same bytes. */

import type { GeneratedFile } from './generate-policies.ts'

/** `addresses`: single ones, which a hash set can hold. `networks`: a third each of single addresses, /28 and /24. */
export type MemberKind = 'addresses' | 'networks'

export interface MemberSettings {
  readonly count: number
  readonly kind: MemberKind
  /** Network sets that hold them, one a file. */
  readonly files: number
}

/** The members of each file. */
export type MemberParts = readonly (readonly string[])[]

export const memberEdits = ['one added', 'one removed', 'ten swapped'] as const
export type MemberEdit = (typeof memberEdits)[number]

/** No two of them touch, so that none are joined. */
export function generateMembers({ count, kind, files }: MemberSettings): MemberParts {
  const perFile = Math.ceil(count / files)
  return Array.from({ length: files }, (_, part) =>
    Array.from({ length: Math.min(perFile, count - part * perFile) }, (_, at) => member(part * perFile + at, kind)),
  )
}

/** What follows one after the other, over and over: the last edit leads back to what generateMembers() gives. */
export function memberCycle(
  settings: MemberSettings,
): readonly { readonly edit: MemberEdit; readonly parts: MemberParts }[] {
  const { count, kind, files } = settings
  const all = generateMembers(settings)
  const middle = Math.floor(files / 2)
  const addTo = (part: readonly string[]): readonly string[] => [
    ...part.slice(0, part.length / 2),
    member(count, kind),
    ...part.slice(part.length / 2),
  ]
  const [step, perFile] = [Math.floor(count / 10), Math.ceil(count / files)]
  const swap = (part: readonly string[], at: number): readonly string[] =>
    part.map((net, index) => {
      const number = at * perFile + index
      return number % step === 5 && number < 10 * step ? member(count + 1 + number, kind) : net
    })
  return [
    { edit: 'one added', parts: all.map((part, at) => (at === middle ? addTo(part) : part)) },
    { edit: 'one removed', parts: all },
    { edit: 'ten swapped', parts: all.map(swap) },
    { edit: 'ten swapped', parts: all },
  ]
}

/** Numbers from the count on are those that do not exist yet. */
function member(number: number, kind: MemberKind): string {
  const block = number * (kind === 'addresses' ? 8 : 512)
  const length = kind === 'addresses' ? 32 : [32, 28, 24][number % 3]
  const address = block + 0x20_00_00_00
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')}/${length}`
}

/** The policy lets all of them in. */
export function memberFiles(parts: MemberParts): readonly GeneratedFile[] {
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
