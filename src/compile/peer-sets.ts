/**
 * The named sets of the peers that rules look up, for each selector and family in one of three forms:
 *
 *   single addresses   one hash set
 *   few networks       one interval set
 *   many networks      a hash set for each prefix length, looked up behind a netmask
 *
 * nft reads an interval set back whenever an element comes or goes: with 100,000 networks that takes seconds, in hash sets
 * milliseconds. One more hash set costs a packet about 70 ns, an interval set of 100,000 about 600 (nft 1.0.6, kernel 6.18).
 */

import { type Family, families } from '../net/family.ts'
import type { Peers } from '../policy/host-view.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { AddressList } from '../ruleset/rule.ts'
import type { UsedNames } from '../ruleset/used-names.ts'
import { formOf } from './peer-forms.ts'

/** Up to so many intervals an interval set is changed in no more than about twice the time of a hash set. */
export const fewIntervals = 1024

/**
 * An address of a peer is in exactly one of the lists, any other in none. Without a peer of the family there is no list.
 * @param mostIntervals of an interval set; Infinity: a single list, however long it takes to change
 */
export function peerLookups(peers: Peers, family: Family, mostIntervals: number): readonly AddressList[] {
  return formOf(peers, family, mostIntervals).lookups.map(({ among }) => among)
}

/** Those that rules look up. */
export function peerSets(
  peers: Iterable<Peers>,
  { used, mostIntervals }: { readonly used: UsedNames; readonly mostIntervals: number },
): readonly NamedSet[] {
  const sets: NamedSet[] = []
  for (const peer of peers)
    for (const family of families) {
      const form = formOf(peer, family, mostIntervals)
      const single =
        form.type === 'networks' && used.has(form.name) ? formOf(peer, family, Number.POSITIVE_INFINITY) : undefined
      for (const { set } of [...form.lookups, ...(single?.lookups ?? [])]) if (used.has(set.name)) sets.push(set)
    }
  return sets
}
