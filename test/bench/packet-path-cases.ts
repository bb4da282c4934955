/** What the bench of the packet path compares: each case is a host with rules, of which the last one lets the packet through. */

import { forwarded, loadTable, opening, replying, type TestHost, type TestPacket } from './packet-lab.ts'
import {
  exactRules,
  measuredPort,
  tableOfHostEndpoints,
  tableOfMixedRules,
  tableOfPeers,
  tableOfRules,
  tableOfWorkloads,
  times,
} from './packet-path-policies.ts'
import { type Rival, rivals } from './packet-path-rivals.ts'

export interface PathCase {
  readonly name: string
  readonly packets: readonly PacketKind[]
  /** @param folder empty, for files */
  load(lab: TestHost, folder: string): Promise<void>
}

/** `forwarded`: a first one, from a workload. */
export type PacketKind = 'first' | 'established' | 'forwarded'

export const packetsOf: Readonly<Record<PacketKind, TestPacket>> = {
  first: opening(measuredPort),
  established: replying,
  forwarded: forwarded(measuredPort),
}

export interface PathSizes {
  readonly few: number
  readonly many: number
  readonly most: number
  readonly members: number
  readonly workloads: number
  readonly endpoints: number
}

/** Connections are tracked, and nothing else is asked. */
const bare = `table inet bare {
  chain input { type filter hook input priority 0; ct state established,related accept; }
  chain forward { type filter hook forward priority 0; ct state established,related accept; }
}
`

/** @param present those rivals whose programs are there */
export function pathCases(sizes: PathSizes, present: readonly Rival[] = rivals): readonly PathCase[] {
  const { few, many, most } = sizes
  return [
    own('bare', ['first', 'established'], () => bare),
    own('few', ['first', 'established'], () => tableOfRules(exactRules(few))),
    own('many', ['first', 'established'], () => tableOfRules(exactRules(many))),
    own('most', ['established'], () => tableOfRules(exactRules(most))),
    own('mixed', ['first'], () => tableOfMixedRules(many)),
    own('in turn', ['first'], () => tableOfRules(exactRules(many, (at) => (at % 2 === 0 ? 'Allow' : 'Deny')))),
    own('few workloads', ['forwarded'], () => tableOfWorkloads(few)),
    own('many workloads', ['forwarded'], () => tableOfWorkloads(sizes.workloads)),
    own('one endpoint', ['first'], () => tableOfHostEndpoints(1)),
    own('many endpoints', ['first'], () => tableOfHostEndpoints(sizes.endpoints)),
    ...peerCases(sizes),
    ...present.map(({ name, load }) => ({
      name,
      packets: ['first', 'established'] as const,
      load: (lab: TestHost, folder: string) => load(lab, exactRules(many), folder),
    })),
  ]
}

const eightLengths = [25, 26, 27, 28, 29, 30, 31, 32]

function peerCases({ few, members }: PathSizes): readonly PathCase[] {
  const peers = (count: number, lengths: readonly number[]): (() => string) => {
    return () => tableOfPeers(times(count, (at) => network(at, lengths[at % lengths.length] ?? 32)))
  }
  return [
    own('few peers', ['first'], peers(few, [32])),
    own('many peers', ['first'], peers(members, [32])),
    own('networks of one length', ['first'], peers(members, [28])),
    own('networks of eight lengths', ['first'], peers(members, eightLengths)),
  ]
}

/** Apart from one another, so that none is joined with its neighbour. */
function network(at: number, prefix: number): string {
  const base = 11 * 2 ** 24 + at * 256
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${prefix}`
}

function own(name: string, packets: readonly PacketKind[], table: () => string): PathCase {
  return { name, packets, load: ({ host }) => loadTable(host, table()) }
}
