/** The selectors and the names of ports that rules ask for, by the keys under which a host's view answers. */

import type { PolicyList } from '../policy/host-view.ts'
import { type NamedPortQuery, namedPortKey } from '../policy/named-port-key.ts'
import { compareNames } from '../policy/resource.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'

export interface AskedPeers {
  /** By canonical text. */
  readonly selectors: ReadonlyMap<string, Selector>
  /** By namedPortKey(). */
  readonly ports: ReadonlyMap<string, NamedPortQuery>
}

/** Rules of one owner and direction. */
type Rules = readonly PolicyRule[]

/** The rules that are looked at in any of the lists, each once. */
export function rulesInLists(lists: Iterable<Readonly<Record<Direction, PolicyList>>>): ReadonlySet<Rules> {
  const rules = new Set<Rules>()
  const seen = new Set<PolicyList>()
  for (const list of lists)
    for (const direction of ['ingress', 'egress'] as const) {
      const { tiers, profiles } = list[direction]
      if (seen.has(list[direction])) continue
      seen.add(list[direction])
      for (const tier of tiers) for (const policy of tier.policies) rules.add(policy[direction])
      for (const profile of profiles) rules.add(profile[direction])
    }
  return rules
}

export function askedBy(owners: Iterable<Rules>): AskedPeers {
  const selectors = new Map<string, Selector>()
  const ports = new Map<string, NamedPortQuery>()
  for (const rules of owners) {
    const asked = askedByOwner(rules)
    for (const [text, selector] of asked.selectors) selectors.set(text, selector)
    for (const [key, query] of asked.ports) ports.set(key, query)
  }
  return { selectors, ports }
}

/**
 * What is asked after a change of the rules, without a look at those that stay. Undefined where something may be asked no more: what the
 * gone rules asked and those that come do not. @param before the same object while it says the same
 */
export function askedAfter(
  before: AskedPeers,
  { gone, come }: { readonly gone: readonly Rules[]; readonly come: readonly Rules[] },
): AskedPeers | undefined {
  const [past, news] = [askedBy(gone), askedBy(come)]
  const isLess = !includes(news.selectors, past.selectors) || !includes(news.ports, past.ports)
  if (isLess) return undefined
  if (includes(before.selectors, news.selectors) && includes(before.ports, news.ports)) return before
  return {
    selectors: new Map([...before.selectors, ...news.selectors]),
    ports: new Map([...before.ports, ...news.ports]),
  }
}

function includes(all: ReadonlyMap<string, unknown>, some: ReadonlyMap<string, unknown>): boolean {
  return [...some.keys()].every((key) => all.has(key))
}

/** In order of the keys. @param before the same map while it says the same */
export function answersTo<Question, Answer>(
  questions: ReadonlyMap<string, Question>,
  answer: (question: Question, key: string) => Answer,
  before: ReadonlyMap<string, Answer> | undefined,
): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>()
  let isSame = before?.size === questions.size
  for (const key of keysInOrder(questions, before)) {
    const question = questions.get(key)
    if (question === undefined) continue
    const found = answer(question, key)
    isSame = isSame && before?.get(key) === found
    answers.set(key, found)
  }
  return isSame && before !== undefined ? before : answers
}

/** @param before in order */
function keysInOrder(
  questions: ReadonlyMap<string, unknown>,
  before: ReadonlyMap<string, unknown> | undefined,
): Iterable<string> {
  const isKnown = before?.size === questions.size && [...questions.keys()].every((key) => before.has(key))
  return isKnown ? before.keys() : [...questions.keys()].sort(compareNames)
}

/** Many hosts and many revisions have the rules. */
const known = new WeakMap<Rules, AskedPeers>()

function askedByOwner(rules: Rules): AskedPeers {
  const asked = known.get(rules) ?? findAsked(rules)
  known.set(rules, asked)
  return asked
}

function findAsked(rules: Rules): AskedPeers {
  const selectors = new Map<string, Selector>()
  const ports = new Map<string, NamedPortQuery>()
  for (const { source, destination, protocol } of rules)
    for (const { selector, notSelector, namedPorts, notNamedPorts } of [source, destination]) {
      for (const one of [selector, notSelector]) if (one !== undefined) selectors.set(printSelector(one), one)
      for (const names of [namedPorts, notNamedPorts]) {
        const query = names && { names, protocol, selector }
        if (query !== undefined) ports.set(namedPortKey(query), query)
      }
    }
  return { selectors, ports }
}
