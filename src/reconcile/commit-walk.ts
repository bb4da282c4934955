/**
 * What lies between two commits: walks from both towards the root, the newest first, until nothing is left that only the
 * tip leads to.
 *
 *      o---o---base---a---tip        reachesBase; since: tip, a, b
 *       \                /
 *        b--------------+
 */

import type { Commit } from '../repository/commit.ts'
import type { CommitReader } from './ports.ts'

export interface CommitWalk {
  /** The tip leads to the base, or is it. */
  readonly reachesBase: boolean
  /** The base leads to the tip; not all that do are found out. */
  readonly isOlder: boolean
  /**
   * What the tip leads to and the base, as far as the walk went, does not. With clocks that went wrong it may hold some
   * that the base leads to; it never lacks one.
   */
  readonly since: readonly Commit[]
  /** Some of these lead to commits that are not here. */
  readonly isCut: boolean
}

const fromTip = 1
const fromBase = 2
/** In memory for the time of the walk, about 1 KiB each. */
export const mostCommits = 20_000

/** Undefined when there are more commits than `mostCommits`. */
export async function walkBetween(tip: string, base: string, reader: CommitReader): Promise<CommitWalk | undefined> {
  const marks = new Map<string, number>()
  const commits = new Map<string, Commit>()
  const missing = new Set<string>()
  const queue: Commit[] = []
  const mark = async (id: string, marking: number): Promise<void> => {
    const known = marks.get(id) ?? 0
    if ((known | marking) === known) return
    marks.set(id, known | marking)
    if (missing.has(id)) return
    const commit = commits.get(id) ?? (await reader.read(id))
    if (commit === undefined) return void missing.add(id)
    commits.set(id, commit)
    if (!queue.includes(commit)) insertByTime(queue, commit)
  }
  const isOpen = (id: string): boolean => marks.get(id) === fromTip
  await mark(base, fromBase)
  await mark(tip, fromTip)
  while (queue.some(({ id }) => isOpen(id))) {
    const commit = queue.pop()
    if (commit === undefined) break
    for (const parent of commit.parents) await mark(parent, marks.get(commit.id) ?? 0)
    if (commits.size > mostCommits) return undefined
  }
  return {
    reachesBase: ((marks.get(base) ?? 0) & fromTip) !== 0,
    isOlder: ((marks.get(tip) ?? 0) & fromBase) !== 0,
    since: [...commits.values()].filter(({ id }) => isOpen(id)),
    isCut: [...missing].some(isOpen),
  }
}

/** All that the commit leads to, itself included; `isCut` when some of it is not here. Undefined as above. */
export async function findAncestors(
  from: string,
  reader: CommitReader,
): Promise<{ readonly ids: ReadonlySet<string>; readonly isCut: boolean } | undefined> {
  const ids = new Set([from])
  let isCut = false
  // what is added to a set while it is walked is walked too
  for (const id of ids) {
    if (ids.size > mostCommits) return undefined
    const commit = await reader.read(id)
    if (commit === undefined) isCut = true
    for (const parent of commit?.parents ?? []) ids.add(parent)
  }
  return { ids, isCut }
}

/** The newest last. */
function insertByTime(queue: Commit[], commit: Commit): void {
  const timeOf = ({ committedAt }: Commit): number => committedAt?.getTime() ?? 0
  let at = queue.length
  while (at > 0 && timeOf(queue[at - 1] ?? commit) > timeOf(commit)) at--
  queue.splice(at, 0, commit)
}
