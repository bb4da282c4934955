/** Whether a tip may be enforced: who signed it and what came with it, and whether it goes on from what is enforced. */

import type { TrustConfiguration } from '../host/agent-configuration.ts'
import { type Commit, isCommitId } from '../repository/commit.ts'
import { shortCommit } from '../repository/revision.ts'
import { type CommitWalk, findAncestors, mostCommits, walkBetween } from './commit-walk.ts'
import type { CommitHistory, CommitReader, SignatureVerifier } from './ports.ts'

export type Verification =
  /** Nothing is asked of commits here. */
  | { readonly type: 'unchecked' }
  /** `signer` is the tip's. */
  | { readonly type: 'trusted'; readonly signer: string; readonly warnings: readonly TrustWarning[] }
  /** The reason is a whole sentence for people. */
  | { readonly type: 'untrusted'; readonly reason: string }

export interface TrustWarning {
  /**
   * `history-unknown`: nothing is known to have been enforced before, so the commit may be an old one.
   * `history-rewound`: the tip does not go on from what was enforced, and that is allowed.
   */
  readonly code: 'history-unknown' | 'history-rewound'
  readonly message: string
}

export interface TrustQuestion {
  readonly tip: string
  /** The last applied revision; undefined when none is known. */
  readonly base: string | undefined
}

export interface TrustJudge {
  /** Throws HostError git-*, state-unwritable, file-unreadable, command-failed, aborted. */
  judge(question: TrustQuestion, signal: AbortSignal): Promise<Verification>
}

/** For a folder as it is, and where the configuration has no `trust`. */
export const anyCommit: TrustJudge = { judge: async () => ({ type: 'unchecked' }) }

export interface TrustOptions {
  readonly configuration: TrustConfiguration
  readonly history: CommitHistory
  readonly signatures: SignatureVerifier
}

/** What it found trusted is not asked again until tip or base move; what it refused is, since a key file may be mended. */
export function createTrustJudge(options: TrustOptions): TrustJudge {
  let last: { readonly question: TrustQuestion; readonly verification: Verification } | undefined
  return {
    async judge(question, signal) {
      if (last?.question.tip === question.tip && last.question.base === question.base) return last.verification
      const verification = await new Inquiry(options, question, signal).verify()
      last = verification.type === 'trusted' ? { question, verification } : undefined
      return verification
    },
  }
}

type Descent = 'descends' | 'rewound' | 'unknown'

class Inquiry {
  private readonly options: TrustOptions
  private readonly tip: string
  /** Undefined also when the last applied revision was no commit. */
  private readonly base: string | undefined
  private readonly signal: AbortSignal
  /** Commits whose signature is good. */
  private readonly good = new Set<string>()

  constructor(options: TrustOptions, { tip, base }: TrustQuestion, signal: AbortSignal) {
    this.options = options
    this.tip = tip
    this.base = base !== undefined && isCommitId(base) ? base : undefined
    this.signal = signal
  }

  async verify(): Promise<Verification> {
    const { history, signatures } = this.options
    const tip = await history.open(this.signal).read(this.tip)
    if (tip === undefined) return refused(`commit ${shortCommit(this.tip)} is not in the repository any more`)
    const finding = await signatures.verify(tip, this.signal)
    if (finding.type === 'bad') return refused(`commit ${shortCommit(tip.id)} ${finding.reason}`)
    this.good.add(tip.id)
    const { signer } = finding
    if (this.base === undefined) return { type: 'trusted', signer, warnings: [this.historyUnknown()] }
    if (this.base === tip.id) return { type: 'trusted', signer, warnings: [] }
    return await this.verifySince(this.base, signer)
  }

  /** Asks for more history as long as that may change the answer. */
  private async verifySince(base: string, signer: string): Promise<Verification> {
    const { history, configuration } = this.options
    for (;;) {
      const reader = history.open(this.signal)
      const walk = await walkBetween(this.tip, base, reader)
      if (walk === undefined) return refused(this.tooMany(base))
      const descent = descentOf(walk)
      if (descent === 'rewound' && !configuration.allowRewind) return refused(this.rewound(base))
      const verdict = await this.verifyWalk(walk, { base, reader })
      if (verdict.type === 'refused') return refused(verdict.reason)
      if (verdict.type === 'settled' && descent !== 'unknown') {
        const warnings = descent === 'rewound' ? [this.rewindAllowed(base)] : []
        return { type: 'trusted', signer, warnings }
      }
      if (!(await history.deepen(this.signal))) return refused(this.unfinished(base))
    }
  }

  private async verifyWalk(walk: CommitWalk, at: { readonly base: string; readonly reader: CommitReader }) {
    if (this.options.configuration.require === 'head') return settled
    let before: Awaited<ReturnType<typeof findAncestors>>
    for (const commit of walk.since) {
      const reason = await this.whyBad(commit)
      if (reason === undefined) continue
      before ??= await findAncestors(at.base, at.reader)
      if (before === undefined) return { type: 'refused', reason: this.tooMany(at.base) } as const
      // the walk may not have got as far as to see that the base had it already
      if (before.ids.has(commit.id)) continue
      if (before.isCut) return { type: 'open' } as const
      return { type: 'refused', reason: this.badBehindTip(commit, { base: at.base, reason }) } as const
    }
    return walk.isCut ? ({ type: 'open' } as const) : settled
  }

  private async whyBad(commit: Commit): Promise<string | undefined> {
    if (this.good.has(commit.id)) return undefined
    const finding = await this.options.signatures.verify(commit, this.signal)
    if (finding.type === 'bad') return finding.reason
    this.good.add(commit.id)
    return undefined
  }

  private badBehindTip(commit: Commit, { base, reason }: { readonly base: string; readonly reason: string }): string {
    const what = `commit ${shortCommit(commit.id)}, which ${shortCommit(this.tip)} brings along,`
    return `${what} ${reason}; every commit since ${shortCommit(base)} must be signed (trust.require: all)`
  }

  private rewound(base: string): string {
    return `${this.describeRewind(base)}: push commits that go on from it, or set trust.allowRewind`
  }

  private describeRewind(base: string): string {
    const which = `commit ${shortCommit(this.tip)} does not descend from the last applied commit ${shortCommit(base)}`
    return `the branch was rewound or rewritten, ${which}`
  }

  private rewindAllowed(base: string): TrustWarning {
    return { code: 'history-rewound', message: `${this.describeRewind(base)}, and trust.allowRewind permits it` }
  }

  private historyUnknown(): TrustWarning {
    const tip = shortCommit(this.tip)
    const message = `it is not known what was enforced here before, so ${tip} may be older than that: its signature alone was checked`
    return { code: 'history-unknown', message }
  }

  private tooMany(base: string): string {
    return `more than ${mostCommits} commits lie between ${shortCommit(this.tip)} and the last applied commit ${shortCommit(base)}`
  }

  private unfinished(base: string): string {
    return `the server does not give the history between ${shortCommit(this.tip)} and the last applied commit ${shortCommit(base)}`
  }
}

const settled = { type: 'settled' } as const

function refused(reason: string): Verification {
  return { type: 'untrusted', reason }
}

function descentOf({ reachesBase, isOlder, isCut }: CommitWalk): Descent {
  if (reachesBase) return 'descends'
  return isOlder || !isCut ? 'rewound' : 'unknown'
}
