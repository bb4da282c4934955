/** Where a staged policy is tried out: beside each list, just before its base chain, behind what that accepts unasked. */

import type { ListName } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { endedMatch } from '../ruleset/ended-connections.ts'
import { accept, type InterfaceSide, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { established } from './endpoint-lists.ts'
import type { FailsafeChain } from './failsafe-chains.ts'
import { filterPriority } from './filter-hooks.ts'
import { rewritten } from './local-stage.ts'
import { allowedBefore, onWorkloads } from './stage-rules.ts'
import type { ListOutcome } from './staged-lists.ts'
import { inward, outward, type TableBuilder } from './table-builder.ts'
import { discovery, tunnelMatches } from './workload-stage.ts'

export interface StagedStage {
  /** Part of the chains' names. */
  readonly name: string
  /** `workload`: the list of a workload in the direction. */
  readonly list: ListName | 'workload'
  readonly direction: Direction
  /** The side of the packet that has the endpoint's interface. */
  readonly side: InterfaceSide
  /** What the list comes to when no tier and no profile decides. */
  readonly end: ListOutcome
  readonly bases: readonly StagedBase[]
  /** What the real chain of an endpoint accepts or drops before it asks the list. */
  readonly unasked: readonly Rule[]
  readonly failsafes: FailsafeChain | undefined
}

/** The packets that come to a real base chain, at the place just before it. */
interface StagedBase {
  /** Of the real chain. */
  readonly beside: string
  readonly hook: string
  readonly priority: number
  readonly unasked: readonly Rule[]
  /** Of what the list is asked about. */
  readonly matches: readonly Match[]
}

export function stagedStages(builder: TableBuilder): readonly StagedStage[] {
  return [...early(builder), ...local(builder), ...forwarded(builder), ...ofWorkloads(builder)]
}

function early(builder: TableBuilder): readonly StagedStage[] {
  const raw = { list: 'untracked', end: 'undecided', unasked: [] } as const
  const before = [established, ...allowedBefore(builder, accept)]
  return [
    {
      ...raw,
      ...directed('ingress', 'untracked/ingress'),
      bases: [base('raw-prerouting', { hook: 'prerouting', priority: -300 })],
      failsafes: 'rawIngress',
    },
    {
      ...raw,
      ...directed('egress', 'untracked/egress'),
      bases: [base('raw-output', { hook: 'output', priority: -300 })],
      failsafes: 'rawEgress',
    },
    {
      ...directed('ingress', 'pre-dnat'),
      list: 'preDnat',
      end: 'undecided',
      bases: [base('pre-dnat', { hook: 'prerouting', priority: -150 }, before)],
      unasked: dropped(builder),
      failsafes: 'preDnat',
    },
  ]
}

function local(builder: TableBuilder): readonly StagedStage[] {
  const input = { hook: 'input', priority: filterPriority(builder, { hook: 'input', step: 'input' }) }
  const output = { hook: 'output', priority: filterPriority(builder, { hook: 'output', step: 'output' }) }
  const postrouting = { hook: 'postrouting', priority: -150 }
  const marked = [established, ...allowedBefore(builder, accept)]
  const toWorkloads = onWorkloads(builder, 'oifname', { verdict: accept })
  const normal = { list: 'normal', end: 'deny', unasked: dropped(builder) } as const
  return [
    {
      ...normal,
      ...directed('ingress', 'ingress'),
      bases: [base('input', input, [...marked, ...onWorkloads(builder, 'iifname', { verdict: accept })])],
      failsafes: 'ingress',
    },
    {
      ...normal,
      ...directed('egress', 'egress'),
      bases: [
        base('output', output, [...marked, ...toWorkloads, makeRule({ matches: [rewritten], verdict: accept })]),
        {
          ...base('postrouting', postrouting, [established, ...toWorkloads]),
          matches: [{ type: 'local-origin' }, rewritten],
        },
      ],
      failsafes: 'egress',
    },
  ]
}

function forwarded(builder: TableBuilder): readonly StagedStage[] {
  const way = (direction: Direction, unasked: readonly Rule[]): StagedStage => {
    const step = `forward-${direction}` as const
    return {
      ...directed(direction, `forward/${direction}`),
      list: 'forward',
      end: 'allow',
      bases: [
        base(step, { hook: 'forward', priority: filterPriority(builder, { hook: 'forward', step }) }, [
          established,
          ...unasked,
        ]),
      ],
      unasked: dropped(builder),
      failsafes: undefined,
    }
  }
  return [way('ingress', allowedBefore(builder, accept)), way('egress', [])]
}

function ofWorkloads(builder: TableBuilder): readonly StagedStage[] {
  const toHost = { hook: 'input', priority: filterPriority(builder, { hook: 'input', step: 'workload-to-host' }) }
  const way = (direction: Direction, others: readonly StagedBase[]): StagedStage => {
    const step = `workload-${direction}` as const
    const tunnels = direction === 'egress' ? tunnelMatches(builder) : []
    return {
      ...directed(direction, `workload/${direction}`),
      side: outward[direction],
      list: 'workload',
      end: 'deny',
      bases: [base(step, { hook: 'forward', priority: filterPriority(builder, { hook: 'forward', step }) }), ...others],
      unasked: [
        established,
        ...dropped(builder),
        ...tunnels.map((match) => makeRule({ matches: [match], verdict: accept })),
      ],
      failsafes: undefined,
    }
  }
  const upkeep = makeRule({ matches: [discovery], verdict: accept })
  return [way('ingress', []), way('egress', [base('workload-to-host', toHost, [upkeep])])]
}

function directed(direction: Direction, name: string) {
  return { name, direction, side: inward[direction] }
}

function base(beside: string, place: Pick<StagedBase, 'hook' | 'priority'>, unasked: readonly Rule[] = []): StagedBase {
  return { beside, hook: place.hook, priority: place.priority - 1, unasked, matches: [] }
}

/** What the real chains drop before they ask a list. */
function dropped({ view: { settings } }: TableBuilder): readonly Rule[] {
  const invalid: Match = { type: 'ct-state', states: ['invalid'] }
  const matches = [...(settings.dropsInvalid ? [invalid] : []), ...settings.families.map(endedMatch)]
  return matches.map((match) => makeRule({ matches: [match], verdict: accept }))
}
