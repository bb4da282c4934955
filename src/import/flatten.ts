/** Chains with jumps and returns -> one ordered list of rules for a hook, of which the first that matches decides. */

import { choose } from './choice.ts'
import type { BaseChain, Filter, FilterRule, Hook, Loss, Place } from './filter.ts'
import { both, bothOfAny, isSameMatch, type Match, opposite } from './match.ts'
import { effectWithout, isBuiltIn, stateOf, whyNotAsked } from './what-is-lost.ts'

export interface FlatRule {
  readonly action: 'Allow' | 'Deny' | 'Log'
  readonly match: Match
  readonly comment: string | undefined
  /** Undefined for the policy of a base chain. */
  readonly span: Place | undefined
}

export interface FlatList {
  readonly rules: readonly FlatRule[]
  readonly losses: readonly Loss[]
}

/** Beyond that nobody would read the policy any more. */
const mostRules = 5000
/** Chains that lead to the same chain many times over are walked each time, also where that makes no rule. */
const mostSteps = 200_000
const deepest = 64

/** Ends with a rule that decides about every packet. Where the hook has no chain, it allows them all. */
export function flatten(filter: Filter, hook: Hook): FlatList {
  const walk = new Walk(filter)
  walk.hook(hook)
  return { rules: walk.rules, losses: walk.losses }
}

/** What ends here is for us, for everybody or for a group; what we send to ourselves goes by loopback. */
const destinationTypes = {
  input: ['local', 'broadcast', 'multicast'],
  forward: ['unicast', 'multicast'],
  output: ['unicast', 'broadcast', 'multicast'],
} as const

const rewrittenLoss: Omit<Loss, 'span'> = {
  effect: 'allows more',
  reason:
    'policies cannot ask whether a destination was rewritten: packets sent straight to where destination NAT leads meet the same',
}

/** A chain on its way: what follows it for packets that leave it, up to the end. */
interface Frame {
  readonly goOn: (left: Match) => void
  readonly accept: (accepted: Match, rule: FilterRule | undefined) => void
  readonly depth: number
}

class Walk {
  readonly rules: FlatRule[] = []
  readonly losses: Loss[] = []
  private readonly filter: Filter
  private keepsConnections = false
  private dropsInvalid = false
  /** Something is accepted before that. */
  private passesInvalid = false
  private steps = 0
  private isTooMuch = false
  private readonly outcomes = new Map<string, { accepts: boolean; drops: boolean }>()

  constructor(filter: Filter) {
    this.filter = filter
  }

  hook(hook: Hook): void {
    const bases = this.filter.bases.filter((base) => base.hook === hook)
    const [family, ...others] = this.filter.families
    const known = family === undefined || others.length > 0 ? {} : { family }
    this.base(bases, { ...known, destinationType: choose(...destinationTypes[hook]) })
    if (this.isTooMuch || this.rules.length > mostRules) this.giveUp(hook)
    if (this.passesInvalid || (!this.dropsInvalid && this.rules.some(({ action }) => action === 'Allow')))
      this.lose({
        effect: 'denies more',
        reason: `${hook}: packets that belong to no connection (invalid) are dropped before any rule is asked; the original lets some of them through`,
        span: undefined,
      })
    if (!this.keepsConnections && this.rules.some(({ action }) => action === 'Deny'))
      this.lose({
        effect: 'allows more',
        reason: `${hook}: answers to known connections always pass; the original asks its rules about them, too`,
        span: undefined,
      })
  }

  /** Decides about every packet of the context. */
  private base([first, ...rest]: readonly BaseChain[], context: Match, rule?: FilterRule): void {
    if (first === undefined) {
      this.add('Allow', context, rule)
      return
    }
    if (first.family !== undefined && first.family !== context.family) {
      const other = both(context, { family: first.family === 4 ? 6 : 4 })
      if (other !== undefined) this.base(rest, other, rule)
      const own = both(context, { family: first.family })
      if (own !== undefined) this.base([first, ...rest], own, rule)
      return
    }
    const frame: Frame = {
      accept: (match, by) => this.base(rest, match, by),
      goOn: (match) => (first.policy === 'drop' ? this.add('Deny', match, undefined) : this.base(rest, match)),
      depth: 0,
    }
    this.chain(this.filter.chains.get(first.chain) ?? [], context, frame)
    frame.goOn(context)
  }

  /** Packets that it does not decide about are left to what is added next. */
  private chain(rules: readonly FilterRule[], start: Match, frame: Frame): void {
    let context = start
    for (const [at, rule] of rules.entries()) {
      for (const own of this.asked(rule)) {
        this.isTooMuch ||= ++this.steps > mostSteps || this.rules.length > mostRules || frame.depth > deepest
        if (this.isTooMuch) return
        const match = both(context, own)
        if (match === undefined) continue
        if (rule.logs) this.add('Log', match, rule)
        const rest = rules.slice(at + 1)
        const leaves = this.carryOut(rule, { match, rest, frame })
        if (leaves === 'stays') continue
        if (isSameMatch(match, context)) return
        if (leaves === 'decided') continue
        const left = opposite(own, context, this.filter.families)
        const stay = left === undefined ? undefined : both(context, left)
        if (left !== undefined && stay === undefined) return
        if (stay !== undefined) context = stay
        // those that leave must not meet the rest, and are not told from the others in one match
        else if (rest.some(this.decides)) frame.goOn(match)
      }
    }
  }

  /** Whether the packets are decided about, leave the chain, or stay in it. */
  private carryOut(
    rule: FilterRule,
    { match, rest, frame }: { readonly match: Match; readonly rest: readonly FilterRule[]; readonly frame: Frame },
  ): 'decided' | 'leaves' | 'stays' {
    const { verdict } = rule
    switch (verdict?.type) {
      case undefined:
        return 'stays'
      case 'accept':
        frame.accept(match, rule)
        return 'decided'
      case 'drop':
      case 'reject':
        this.add('Deny', match, rule)
        return 'decided'
      case 'return':
        return 'leaves'
      case 'goto':
        this.chain(this.chainOf(verdict.chain), match, { ...frame, depth: frame.depth + 1 })
        return 'leaves'
      case 'jump': {
        const goOn = (left: Match): void => {
          this.chain(rest, left, { ...frame, depth: frame.depth + 1 })
          frame.goOn(left)
        }
        this.chain(this.chainOf(verdict.chain), match, { ...frame, goOn, depth: frame.depth + 1 })
        return 'stays'
      }
    }
  }

  /** What of a rule a policy can ask, for packets that are asked about there at all. */
  private asked(rule: FilterRule): readonly Match[] {
    return rule.matches.flatMap((match) => {
      const state = stateOf(match, rule, this.decidesIn)
      if (state.keepsConnections) this.keepsConnections = true
      if (state.dropsInvalid && !this.dropsInvalid) {
        this.dropsInvalid = true
        this.passesInvalid = this.rules.some(
          ({ action, match: { iif } }) => action === 'Allow' && iif?.of.join() !== 'lo',
        )
      }
      if (state.loss !== undefined) this.lose(state.loss)
      if (!state.isAsked || isBuiltIn(match, rule)) return []
      const { states: _, isRewritten, ...plain } = match
      const why = whyNotAsked(match, rule, this.filter.rewritten)
      if (why === undefined && isRewritten) this.lose({ ...rewrittenLoss, span: rule.span })
      if (why === undefined) return isRewritten ? bothOfAny([plain], this.filter.rewritten) : [plain]
      const reason = rule.verdict === undefined && rule.logs ? `not logged: ${why}` : why
      this.lose({ effect: effectWithout(rule, this.decidesIn), reason, span: rule.span })
      return []
    })
  }

  /** What the rules of a chain, and of those it leads to, come to. */
  private readonly decidesIn = (name: string): { readonly accepts: boolean; readonly drops: boolean } => {
    const known = this.outcomes.get(name)
    if (known !== undefined) return known
    const found = { accepts: false, drops: false }
    // at once, so that a chain that leads back to itself comes to an end
    this.outcomes.set(name, found)
    for (const { verdict } of this.chainOf(name)) {
      if (verdict?.type === 'accept') found.accepts = true
      if (verdict?.type === 'drop' || verdict?.type === 'reject') found.drops = true
      if (verdict?.type !== 'jump' && verdict?.type !== 'goto') continue
      const inner = this.decidesIn(verdict.chain)
      found.accepts ||= inner.accepts
      found.drops ||= inner.drops
    }
    return found
  }

  private readonly decides = ({ verdict, logs }: FilterRule): boolean => {
    if (verdict?.type !== 'jump' && verdict?.type !== 'goto') return logs || (verdict?.type ?? 'return') !== 'return'
    const { accepts, drops } = this.decidesIn(verdict.chain)
    return accepts || drops
  }

  private chainOf(name: string): readonly FilterRule[] {
    return this.filter.chains.get(name) ?? []
  }

  private add(action: FlatRule['action'], match: Match, rule: FilterRule | undefined): void {
    this.rules.push({ action, match, comment: rule?.comment, span: rule?.span })
  }

  private lose(loss: Loss): void {
    const isKnown = this.losses.some(({ span, reason }) => span?.start === loss.span?.start && reason === loss.reason)
    if (!isKnown) this.losses.push(loss)
  }

  private giveUp(hook: Hook): void {
    this.rules.splice(0, this.rules.length, { action: 'Deny', match: {}, comment: undefined, span: undefined })
    const reason = `${hook}: its chains come to more than ${mostRules} rules in a row or lead to one another too often, and nothing of them is carried over`
    this.lose({ effect: 'denies more', reason, span: undefined })
  }
}
