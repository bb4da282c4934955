/** What a host's view says of the peers and named ports that rules ask for, as far as the rules themselves depend on it. */

import { families } from '../net/family.ts'
import type { HostView, NamedPorts, Peers } from '../policy/host-view.ts'
import { followPeers, peerLookups } from './peer-sets.ts'

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
      peers: peers === before?.peers ? before.forms.peers : formsOf(peers, (one) => this.peersForm(one, before)),
      namedPorts: namedPorts === before?.namedPorts ? before.forms.namedPorts : formsOf(namedPorts, portsForm),
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

  private peersForm(peers: Peers, before: Answers | undefined): string {
    const known = before?.peers.get(peers.selector)
    if (known !== undefined) followPeers(peers, known)
    const lookups = families.flatMap((family) => peerLookups(peers, family, this.mostIntervals))
    return lookups.map((among) => ('name' in among ? among.name : '')).join(' ')
  }
}

function portsForm({ members }: NamedPorts): string {
  return families.filter((family) => members.some(({ address }) => address.family === family)).join(' ')
}

function formsOf<T>(asked: ReadonlyMap<string, T>, formOf: (one: T) => string): Forms {
  const forms = new Map<string, string>()
  for (const [key, one] of asked) forms.set(key, formOf(one))
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
