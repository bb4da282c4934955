/** The table before, of a host for which nothing changed but whom rules mean: with other elements in the sets of those. */

import type { HostView } from '../policy/host-view.ts'
import { editMap } from '../ruleset/edited-elements.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import { namesUsedIn } from '../ruleset/used-names.ts'
import type { Answers } from './answers.ts'
import type { Compilation } from './compilation.ts'
import { KeptObjects } from './kept-objects.ts'
import { namedPortSets } from './named-port-sets.ts'
import { peerSets } from './peer-sets.ts'

/** Undefined where a rule may be another. @param answers of the view, compared with those of before */
export function withOtherMembers(before: Compilation, view: HostView, answers: Answers): Compilation | undefined {
  if (!answers.areOfSameForm || !isSameButForMembers(view, before.remains.view)) return undefined
  const { ruleset, counters, origins, remains } = before
  if (answers.mostIntervals !== remains.answers.mostIntervals) return undefined
  const kept = new KeptObjects(ruleset)
  const used = namesUsedIn(ruleset.chains)
  const { peers, namedPorts } = answers.others
  const sets = [
    ...peerSets(peers, { used, mostIntervals: answers.mostIntervals }),
    ...namedPorts.flatMap(namedPortSets),
  ]
  const added = sets.flatMap((set): readonly (readonly [string, NamedSet])[] => {
    const known = ruleset.sets.get(set.name)
    const now = kept.set(set)
    return known === undefined || now === known ? [] : [[set.name, now]]
  })
  return {
    ruleset: added.length === 0 ? ruleset : { ...ruleset, sets: editMap(ruleset.sets, { deleted: [], added }) },
    counters,
    origins,
    remains: { ...remains, view, answers },
  }
}

function isSameButForMembers(view: HostView, before: HostView): boolean {
  return (
    view.endpoints === before.endpoints &&
    view.workloads === before.workloads &&
    view.staged === before.staged &&
    view.settings === before.settings
  )
}
