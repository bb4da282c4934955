/** Walks a packet through one base chain and every chain it leads to. */

import type { BaseHook, Chain } from '../ruleset/chain.ts'
import type { Rule } from '../ruleset/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { Candidates } from './candidate-rules.ts'
import type { SeenPacket } from './seen-packet.ts'
import type { FinalVerdict, Outcome, Stage, Step } from './step.ts'
import { tryRule } from './try-rule.ts'

export interface WalkInput {
  readonly ruleset: Ruleset
  readonly base: Chain & { readonly hook: BaseHook }
  readonly seen: SeenPacket
  readonly candidates: Candidates
}

export function walkChain({ ruleset, base, seen, candidates }: WalkInput): Stage {
  const walk = new Walk({ ruleset, candidates }, seen)
  const end = walk.enter(base, 0)
  const { hook, priority, fallback } = base.hook
  const decidedBy = sentBy(
    walk.steps,
    walk.steps.findLast((step) => isDecision(step, end)),
  )
  return {
    chain: base.name,
    hook,
    priority,
    verdict: end === 'over' ? fallback : end,
    touched: walk.touched,
    unknown: walk.steps.some((step) => step.outcome.type === 'unknown'),
    seen,
    left: walk.left,
    steps: walk.steps,
    decidedBy,
  }
}

/** `over`: its rules are used up, or one of them returned. */
type End = 'accept' | 'drop' | 'over'

/** Chains below a base chain, one leading to the next (NFT_JUMP_STACK_SIZE; goto counts, too). */
const deepest = 15

class Walk {
  readonly steps: Step[] = []
  touched = false
  private readonly ruleset: Ruleset
  private readonly candidates: Candidates
  /** The packet as the rules so far have left it. */
  left: SeenPacket

  constructor({ ruleset, candidates }: Pick<WalkInput, 'ruleset' | 'candidates'>, seen: SeenPacket) {
    this.ruleset = ruleset
    this.candidates = candidates
    this.left = seen
  }

  enter(chain: Chain, depth: number): End {
    this.touched ||= !isDispatch(chain)
    for (const [index, rule] of this.candidates(chain, this.left)) {
      const attempt = tryRule(rule, this.left, this.ruleset)
      this.left = attempt.left
      const outcome = this.checked(attempt.outcome, depth)
      this.steps.push({ depth, chain: chain.name, index, rule, outcome, counters: attempt.counters })
      if (outcome.type === 'matched' && isKnownFlow(rule)) this.touched ||= this.leadsOn(chain.rules.slice(index + 1))
      const end = outcome.type === 'matched' ? this.follow(outcome.verdict, depth) : undefined
      if (end !== undefined) return end
    }
    return 'over'
  }

  /** Whether these rules of a dispatch would lead the packet beyond it, had none before accepted it. */
  private leadsOn(rules: readonly Rule[]): boolean {
    for (const rule of rules) {
      const { outcome } = tryRule(rule, this.left, this.ruleset)
      const verdict = outcome.type === 'matched' ? outcome.verdict : undefined
      if (verdict === undefined) continue
      if (verdict.type !== 'jump' && verdict.type !== 'goto') return false
      const target = this.ruleset.chains.get(verdict.chain)
      if (target !== undefined && (!isDispatch(target) || this.leadsOn(target.rules))) return true
      if (verdict.type === 'goto') return false
    }
    return false
  }

  /** Undefined: the next rule's turn. */
  private follow(verdict: FinalVerdict | undefined, depth: number): End | undefined {
    switch (verdict?.type) {
      case undefined:
        return undefined
      case 'accept':
      case 'drop':
        return verdict.type
      case 'reject':
        return 'drop'
      case 'return':
        return 'over'
      case 'jump': {
        const end = this.enterNamed(verdict.chain, depth)
        return end === 'over' ? undefined : end
      }
      case 'goto':
        // what comes back goes past this chain, to the one that jumped here
        return this.enterNamed(verdict.chain, depth)
    }
  }

  private enterNamed(name: string, depth: number): End {
    const chain = this.ruleset.chains.get(name)
    return chain === undefined ? 'over' : this.enter(chain, depth + 1)
  }

  private checked(outcome: Outcome, depth: number): Outcome {
    if (outcome.type !== 'matched' || (outcome.verdict?.type !== 'jump' && outcome.verdict?.type !== 'goto'))
      return outcome
    if (!this.ruleset.chains.has(outcome.verdict.chain)) return { type: 'unknown', reason: 'missing' }
    return depth >= deepest ? { type: 'unknown', reason: 'too-deep' } : outcome
  }
}

const dispatching = new WeakMap<Chain, boolean>()

/** A chain that only leads packets to others, by their interface or as the hook's entry. */
function isDispatch(chain: Chain): boolean {
  const known = dispatching.get(chain)
  if (known !== undefined) return known
  const found = chain.hook !== undefined || chain.rules.some((rule) => rule.verdict?.type === 'lookup')
  dispatching.set(chain, found)
  return found
}

/** Accepts packets of known connections before they are led to anybody. */
function isKnownFlow({ matches, verdict }: Rule): boolean {
  return verdict?.type === 'accept' && matches[0]?.type === 'ct-state'
}

function isDecision({ outcome }: Step, end: End): boolean {
  if (outcome.type !== 'matched') return false
  const type = outcome.verdict?.type === 'reject' ? 'drop' : outcome.verdict?.type
  return type === (end === 'over' ? 'return' : end)
}

/** The counted rule that sent the packet to a chain that only carries out what was decided. */
function sentBy(steps: readonly Step[], decision: Step | undefined): Step | undefined {
  if (decision === undefined || decision.counters.length > 0 || decision.index > 0) return decision
  const sender = steps[steps.indexOf(decision) - 1]
  const { outcome, counters = [] } = sender ?? {}
  const sent =
    outcome?.type === 'matched' && outcome.verdict?.type === 'goto' && outcome.verdict.chain === decision.chain
  return sent && counters.length > 0 ? sender : decision
}
