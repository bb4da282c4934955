/** One policy or profile in one direction as nftables rules: what does not depend on the policies beside it in a list. */

import type { Span } from '../diagnostic/source.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import { printResource } from '../policy/resource.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import type { Rule, Statement } from '../ruleset/rule.ts'
import type { Answers, Asked } from './answers.ts'
import type { Counted } from './compilation.ts'
import { compileRule, compileSilently, type RuleVerdicts } from './compile-rule.ts'
import { logPrefixOf } from './log-prefix.ts'
import { commentText, type Draw, drawOf, ruleCounters } from './names.ts'
import { type Run, runsOf } from './runs.ts'

export type Owner = NetworkPolicy | Profile

export interface PolicyPlace {
  /** '' for a profile. */
  readonly tier: string
  readonly direction: Direction
  readonly verdicts: RuleVerdicts
  /** `silent`: without counters, comments and logs, for a list that is only tried out. */
  readonly voice: 'counting' | 'silent'
}

export interface CompiledPolicy {
  readonly owner: Owner
  readonly direction: Direction
  /** Unique in its list. */
  readonly name: string
  readonly draw: Draw
  readonly rules: readonly Rule[]
  /** The same rules. */
  readonly runs: readonly Run[]
  readonly counters: RuleCounters
  /** With other answers the rules may be others. */
  readonly asked: Asked
}

/** Of the rules of one policy in one direction. */
export interface RuleCounters {
  /** What the names have in common, up to the last slash. */
  readonly group: string
  readonly names: ReadonlySet<string>
}

export interface PolicyContext {
  readonly answers: Answers
  /** May hold `%t`, `%k`, `%n`, `%p`. */
  readonly logPrefix: string
  readonly logLimit: Statement
}

export function compilePolicy(owner: Owner, place: PolicyPlace, around: PolicyContext): CompiledPolicy {
  const { direction, voice, verdicts, tier } = place
  const { answers, logPrefix, logLimit } = around
  const { kind, name } = owner
  const namespace = namespaceOf(owner)
  const asked = { peers: new Set<string>(), namedPorts: new Set<string>() }
  const context = {
    peers: recorded(answers.peers, asked.peers),
    namedPorts: recorded(answers.namedPorts, asked.namedPorts),
    mostIntervals: answers.mostIntervals,
    verdicts,
    log: () => ({ prefix: logPrefixOf(logPrefix, { kind, namespace, name, tier }), limit: logLimit }),
  }
  const group = ruleCounters(owner, direction)
  const names = new Set<string>()
  const rules = owner[direction].flatMap((rule, index): readonly Rule[] => {
    if (voice === 'silent') return compileSilently(rule, context)
    const counter = `${group}/${index}`
    const comment = commentText(originOf(owner, direction, index))
    const compiled = compileRule(rule, context, { counter, comment })
    // one that can match nothing counts nothing
    if (compiled.length > 0) names.add(counter)
    return compiled
  })
  const full = namespace === undefined ? name : `${namespace}/${name}`
  const counters = { group, names }
  return { owner, direction, name: full, draw: drawOf(full), rules, runs: runsOf(rules), counters, asked }
}

function recorded<V>(map: ReadonlyMap<string, V>, asked: Set<string>): Pick<ReadonlyMap<string, V>, 'get'> {
  return {
    get: (key) => {
      asked.add(key)
      return map.get(key)
    },
  }
}

export interface CountedRule {
  readonly counter: string
  readonly counted: Extract<Counted, { readonly type: 'rule' }>
  readonly comment: string
  readonly span: Span
}

/** In the order of the rules. */
export function countedRules({ owner, direction, counters }: CompiledPolicy): readonly CountedRule[] {
  const { kind, name } = owner
  const namespace = namespaceOf(owner) ?? ''
  return owner[direction].flatMap(({ action, span }: PolicyRule, index): readonly CountedRule[] => {
    const counter = `${counters.group}/${index}`
    if (!counters.names.has(counter)) return []
    const origin = originOf(owner, direction, index)
    const counted = { type: 'rule', kind, namespace, name, direction, index, action, origin } as const
    return [{ counter, counted, comment: commentText(origin), span }]
  })
}

function originOf(owner: Owner, direction: Direction, index: number): string {
  return `${printResource(owner)} ${direction}[${index}]`
}

function namespaceOf(owner: Owner): string | undefined {
  return 'namespace' in owner ? owner.namespace : undefined
}
