/** What a host's view says of the peers and named ports that rules ask for, as far as the rules themselves depend on it. */

import { families } from '../net/family.ts'
import type { HostView } from '../policy/host-view.ts'
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

/** In which sets members are, not which members: a rule looks the same with other members in the same sets. */
type Forms = ReadonlyMap<string, string>

export class Answers {
  readonly peers: HostView['peers']
  readonly namedPorts: HostView['namedPorts']
  /** Of one interval set. */
  readonly mostIntervals: number
  private readonly forms: { readonly peers: Forms; readonly namedPorts: Forms }
  private readonly changed: Asked

  /** @param before of the view before, with the same limit */
  constructor({ peers, namedPorts }: HostView, mostIntervals: number, before: Answers | undefined) {
    this.peers = peers
    this.namedPorts = namedPorts
    this.mostIntervals = mostIntervals
    this.forms = {
      peers: formsOf(peers, before && { asked: before.peers, forms: before.forms.peers }, (one, last) => {
        if (last !== undefined) followPeers(one, last)
        return families.flatMap((family) => peerLookups(one, family, mostIntervals).map(nameOf)).join(' ')
      }),
      namedPorts: formsOf(
        namedPorts,
        before && { asked: before.namedPorts, forms: before.forms.namedPorts },
        (one, last) => {
          if (last !== undefined) followNamedPorts(one, last)
          return namedPortSets(one)
            .map(({ name }) => name)
            .join(' ')
        },
      ),
    }
    this.changed = {
      peers: differing(this.forms.peers, before?.forms.peers),
      namedPorts: differing(this.forms.namedPorts, before?.forms.namedPorts),
    }
  }

  /** Whether a rule that asked for these before looks the same now. */
  areSame({ peers, namedPorts }: Asked): boolean {
    return isDisjoint(this.changed.peers, peers) && isDisjoint(this.changed.namedPorts, namedPorts)
  }
}

function nameOf(among: AddressList): string {
  return 'name' in among ? among.name : ''
}

interface Earlier<T> {
  readonly asked: ReadonlyMap<string, T>
  readonly forms: Forms
}

/** @param formOf given what the same was before, if it was asked */
function formsOf<T>(
  asked: ReadonlyMap<string, T>,
  before: Earlier<T> | undefined,
  formOf: (one: T, before: T | undefined) => string,
): Forms {
  if (asked === before?.asked) return before.forms
  const forms = new Map<string, string>()
  for (const [key, one] of asked) {
    const last = before?.asked.get(key)
    const form = one === last ? before?.forms.get(key) : undefined
    forms.set(key, form ?? formOf(one, last))
  }
  return forms
}

function differing(now: Forms, before: Forms | undefined): ReadonlySet<string> {
  if (before === undefined || before === now) return new Set()
  const changed = new Set<string>()
  for (const [key, form] of now) if (before.get(key) !== form) changed.add(key)
  for (const key of before.keys()) if (!now.has(key)) changed.add(key)
  return changed
}

function isDisjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size === 0) return true
  for (const one of b) if (a.has(one)) return false
  return true
}
