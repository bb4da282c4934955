/** Keeps a connection that was ended from coming back with a packet of the other side; only new packets are asked about. */

import { endedMatch } from '../ruleset/ended-connections.ts'
import { drop, jump, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import type { TableBuilder } from './table-builder.ts'

const chain = 'ended'

/** For a chain that has accepted what is established. */
export function endedJump(builder: TableBuilder): Rule {
  if (!builder.hasChain(chain)) builder.addChain(chain, endedRules(builder))
  return makeRule({ verdict: jump(chain) })
}

/** @param matches what a packet has to be besides */
export function endedRules(builder: TableBuilder, matches: readonly Match[] = []): readonly Rule[] {
  const counter = builder.counter('ended', { type: 'other', what: 'connection that was ended' })
  return builder.view.settings.families.map((family) =>
    makeRule({ matches: [...matches, endedMatch(family)], statements: [counter], verdict: drop }),
  )
}
