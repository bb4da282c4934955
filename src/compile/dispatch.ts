/** Where a packet goes on by its interface: to the endpoint that governs it, every other one to the star endpoint, if any. */

import type { Direction } from '../policy/rule.ts'
import { accept, goTo, makeRule, type Rule } from '../ruleset/rule.ts'
import { endpointChain } from './names.ts'
import { starOf } from './stage-rules.ts'
import { inward, onInterface, type TableBuilder, targetsOf } from './table-builder.ts'

/**
 * Loopback is not the star endpoint's (deviation DV-1).
 * @param stage of the endpoints' chains
 */
export function dispatch(builder: TableBuilder, direction: Direction, stage: string): readonly Rule[] {
  const side = inward[direction]
  const entries = builder.view.endpoints.flatMap(({ endpoint, interfaces }) =>
    interfaces === '*' ? [] : interfaces.map((name) => [name, endpointChain(stage, endpoint.name)] as const),
  )
  const map = builder.addInterfaceMap(stage.replace('/', '-'), targetsOf(entries))
  const star = starOf(builder)
  const others =
    star === undefined
      ? []
      : [
          makeRule({ matches: [onInterface(side, 'lo')], verdict: accept }),
          makeRule({ verdict: goTo(endpointChain(stage, star.endpoint.name)) }),
        ]
  return [makeRule({ verdict: { type: 'lookup', side, map } }), ...others]
}
