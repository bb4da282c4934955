/** A table on the disk as an nft script, with the revision it enforces in its first lines: `last-good.nft`, `inverse.nft`. */

import type { Revision } from '../repository/revision.ts'

/** One for all, so that the same table is the same file wherever it lies. */
const title = 'rampart: a whole table; loads with `nft -f` from any state'

/** The first lines are comments of nft. */
export function printRulesetFile({
  revision,
  script,
}: {
  readonly revision: Revision | undefined
  readonly script: string
}): string {
  const head = [title, `${revisionLabel}${revision === undefined ? 'none' : JSON.stringify(revision)}`]
  return `${head.map((line) => `# ${line}\n`).join('')}${script}`
}

const revisionLabel = 'revision: '

export interface RulesetFile {
  /** Undefined when it names none. */
  readonly revision: Revision | undefined
  readonly script: string
}

/** Undefined when it has no such head, or its end is missing. Older versions wrote a deadline between the title and the revision. */
export function readRulesetFile(text: string): RulesetFile | undefined {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => !line.startsWith('# '))
  const label = lines[at - 1]?.slice(2) ?? ''
  if (at < 2 || !label.startsWith(revisionLabel)) return undefined
  const script = lines.slice(at).join('\n')
  if (!/(?:^|\n)(?:\}|delete table [^\n]*)\n$/.test(script)) return undefined
  return { revision: readRevision(label.slice(revisionLabel.length)), script }
}

/** As JSON.stringify() writes it; undefined for anything else. */
export function readRevision(text: string): Revision | undefined {
  try {
    const { commit, subject, committedAt, allows } = JSON.parse(text) as Record<string, unknown>
    if (typeof commit !== 'string' || typeof subject !== 'string') return undefined
    return {
      commit,
      subject,
      committedAt: typeof committedAt === 'string' ? new Date(committedAt) : undefined,
      allows: Array.isArray(allows) ? allows.filter((word) => typeof word === 'string') : [],
    }
  } catch {
    return undefined
  }
}
