/** A history in memory, of which only a part was fetched; deepen() brings the next part. */

import type { CommitHistory, CommitReader, SignatureVerifier } from '../../src/reconcile/ports.ts'
import type { Commit } from '../../src/repository/commit.ts'

/** Parents by name, older commits first; each is a minute younger than the one before unless `times` says otherwise. */
export interface GraphOptions {
  readonly parents: Readonly<Record<string, string>>
  readonly times?: Readonly<Record<string, number>>
  /** Names of what is there at first, then after each deepen(). Absent: everything is there. */
  readonly parts?: readonly string[]
  /** Names of commits without a good signature. */
  readonly unsigned?: string
}

export interface CommitGraph {
  readonly history: CommitHistory
  readonly signatures: SignatureVerifier
  /** Names of the commits whose signatures were looked at, in order. */
  readonly verified: string[]
  deepened: number
}

/** One letter becomes a commit id. */
export function idOf(name: string): string {
  return Buffer.from(name.padEnd(20, '-')).toString('hex')
}

export function nameOf(id: string): string {
  return Buffer.from(id, 'hex').toString().replace(/-+$/, '')
}

export function createGraph({ parents, times = {}, parts, unsigned = '' }: GraphOptions): CommitGraph {
  const commits = new Map(
    Object.entries(parents).map(([name, of], at) => [name, commitOf(name, of, times[name] ?? at)]),
  )
  const steps = parts ?? [Object.keys(parents).join(' ')]
  const graph: CommitGraph = {
    verified: [],
    deepened: 0,
    history: {
      open: () => readerOf(commits, new Set((steps[graph.deepened] ?? '').split(' '))),
      async deepen() {
        if (graph.deepened + 1 >= steps.length) return false
        graph.deepened++
        return true
      },
    },
    signatures: {
      async verify({ id }) {
        const name = nameOf(id)
        graph.verified.push(name)
        if (unsigned.split(' ').includes(name)) return { type: 'bad', reason: 'is not signed' }
        return { type: 'good', signer: `the signer of ${name}` }
      },
    },
  }
  return graph
}

function readerOf(commits: ReadonlyMap<string, Commit>, present: ReadonlySet<string>): CommitReader {
  return {
    async read(id) {
      const name = nameOf(id)
      return present.has(name) ? commits.get(name) : undefined
    },
  }
}

function commitOf(name: string, parents: string, minutes: number): Commit {
  return {
    id: idOf(name),
    parents: parents === '' ? [] : parents.split(' ').map(idOf),
    committedAt: new Date(minutes * 60_000),
    payload: Buffer.from(name),
    signature: undefined,
  }
}
