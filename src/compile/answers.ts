/** What a host's view says of the peers and named ports that rules ask for, as far as the rules themselves depend on it. */

import { families } from '../net/family.ts'
import type { HostView, NamedPorts, Peers } from '../policy/host-view.ts'
import { editMap } from '../ruleset/edited-elements.ts'
import type { AddressList } from '../ruleset/rule.ts'
import { followNamedPorts, namedPortSets } from './named-port-sets.ts'
import { followPeers } from './peer-forms.ts'
import { peerLookups } from './peer-sets.ts'

export interface Asked {
  /** Canonical selectors. */
  readonly peers: ReadonlySet<string>
  /** As namedPortKey() makes them. */
  readonly namedPorts: ReadonlySet<string>
}

export class Answers {
  /** Of one interval set. */
  readonly mostIntervals: number
  /** What is not the very answer of before; everything without one. */
  readonly others: { readonly peers: readonly Peers[]; readonly namedPorts: readonly NamedPorts[] }
  private readonly peersSince: Since<Peers>
  private readonly portsSince: Since<NamedPorts>

  /** @param before of the view before, with the same limit */
  constructor({ peers, namedPorts }: HostView, mostIntervals: number, before: Answers | undefined) {
    this.mostIntervals = mostIntervals
    this.peersSince = compareAnswers(peers, before?.peersSince, (one, last) => {
      if (last !== undefined) followPeers(one, last)
      return families.flatMap((family) => peerLookups(one, family, mostIntervals).map(nameOf)).join(' ')
    })
    this.portsSince = compareAnswers(namedPorts, before?.portsSince, (one, last) => {
      if (last !== undefined) followNamedPorts(one, last)
      const names = namedPortSets(one).map(({ name }) => name)
      return names.join(' ')
    })
    this.others = { peers: this.peersSince.others, namedPorts: this.portsSince.others }
  }

  get peers(): HostView['peers'] {
    return this.peersSince.answers
  }

  get namedPorts(): HostView['namedPorts'] {
    return this.portsSince.answers
  }

  /** Whether every rule looks as it did before. */
  get areOfSameForm(): boolean {
    return this.peersSince.reformed.size + this.portsSince.reformed.size === 0
  }

  /** Whether a rule that asked for these before looks the same now. */
  areSame({ peers, namedPorts }: Asked): boolean {
    if (this.areOfSameForm) return true
    return isDisjoint(this.peersSince.reformed, peers) && isDisjoint(this.portsSince.reformed, namedPorts)
  }
}

interface Since<T> {
  readonly answers: ReadonlyMap<string, T>
  /** In which sets members are, not which members: a rule looks the same with other members in the same sets. */
  readonly forms: ReadonlyMap<string, string>
  readonly others: readonly T[]
  /** The keys of those that have another form than before, or are gone. */
  readonly reformed: ReadonlySet<string>
}

/** @param formOf given the answer of before, if there was one */
function compareAnswers<T>(
  answers: ReadonlyMap<string, T>,
  before: Since<T> | undefined,
  formOf: (one: T, before: T | undefined) => string,
): Since<T> {
  if (before === undefined) {
    const forms = new Map<string, string>()
    for (const [key, one] of answers) forms.set(key, formOf(one, undefined))
    return { answers, forms, others: [...answers.values()], reformed: new Set() }
  }
  const others: T[] = []
  const added: [string, string][] = []
  for (const [key, one] of answers === before.answers ? [] : answers) {
    const last = before.answers.get(key)
    if (Object.is(one, last)) continue
    others.push(one)
    const form = formOf(one, last)
    if (before.forms.get(key) !== form) added.push([key, form])
  }
  const deleted = answers === before.answers ? [] : [...before.forms.keys()].filter((key) => !answers.has(key))
  const reformed = new Set([...deleted, ...added.map(([key]) => key)])
  return { answers, forms: editMap(before.forms, { deleted, added }), others, reformed }
}

function nameOf(among: AddressList): string {
  return 'name' in among ? among.name : ''
}

function isDisjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size === 0) return true
  for (const one of b) if (a.has(one)) return false
  return true
}
