/**
 * Staged policies, tried out beside the enforced ones (behaviour.md 1.10): base chains of their own, each just before the one
 * whose lists it looks at, so that they see the packets that come to it. They accept everything: that decides nothing.
 *
 *   staged/gnp/web/on-input   what the real chain lets through unasked: accept
 *                             goto staged/gnp/web/ingress: the endpoints whose lists would change, by their interfaces
 *
 *   .../ingress/<endpoint>    established, invalid, failsafe: accept
 *                             goto .../ingress/<endpoint>/lists, see staged-lists.ts
 */

import type { PolicyList, StagedView } from '../policy/host-view.ts'
import type { MapValue } from '../ruleset/named-set.ts'
import { accept, goTo, type InterfaceSide, jump, makeRule, type Rule } from '../ruleset/rule.ts'
import { addSilentFailsafes } from './failsafe-chains.ts'
import { guarded } from './filter-hooks.ts'
import { partName, stagedName, workloadName } from './names.ts'
import { starOf } from './stage-rules.ts'
import { addTrial, canDiffer, type Trial } from './staged-lists.ts'
import { type StagedStage, stagedStages } from './staged-stages.ts'
import { onInterface, type TableBuilder } from './table-builder.ts'

export function addStagedPolicies(builder: TableBuilder): void {
  const { staged } = builder.view
  if (staged.length === 0) return
  const stages = stagedStages(builder)
  const enforced = stages.map((stage) => new Map(ownersOf(builder.view, stage).map((owner) => [owner.name, owner])))
  for (const view of staged)
    for (const [at, stage] of stages.entries()) addStage(builder, { view, stage, enforced: enforced[at] ?? new Map() })
}

/** Who has a list in a stage. */
interface Owner {
  readonly name: string
  readonly interfaces: readonly string[] | '*'
  readonly list: PolicyList
}

function ownersOf({ endpoints, workloads }: Omit<StagedView, 'policy'>, stage: StagedStage): readonly Owner[] {
  const { list, direction } = stage
  if (list === 'workload')
    return workloads.map(({ workload, lists }) => ({
      name: workloadName(workload),
      interfaces: [workload.interfaceName],
      list: lists[direction],
    }))
  // the star endpoint's untracked policies are refused before (deviation DV-10)
  const judged = list === 'untracked' ? endpoints.filter(({ interfaces }) => interfaces !== '*') : endpoints
  return judged.map(({ endpoint, interfaces, lists }) => ({
    name: endpoint.name,
    interfaces,
    list: lists[list][direction],
  }))
}

interface StagedPlace {
  readonly view: StagedView
  readonly stage: StagedStage
  readonly enforced: ReadonlyMap<string, Owner>
}

function addStage(builder: TableBuilder, place: StagedPlace): void {
  const { view, stage, enforced } = place
  const chains = new Map<string, string>()
  const entries = new Map<string, string>()
  // workloads with the same lists share the objects, so that they are compared once
  const known = new Map<PolicyList, Map<PolicyList, string | undefined>>()
  for (const { name: owner, list: tried } of ownersOf(view, stage)) {
    const list = enforced.get(owner)?.list
    if (list === undefined) continue
    const made = known.get(tried) ?? new Map<PolicyList, string | undefined>()
    known.set(tried, made)
    if (!made.has(list)) {
      const trial = { policy: view.policy, direction: stage.direction, enforced: list, tried, end: stage.end }
      made.set(list, canDiffer(trial) ? addEntry(builder, { stage, owner, trial, entries }) : undefined)
    }
    const chain = made.get(list)
    if (chain !== undefined) chains.set(owner, chain)
  }
  if (chains.size === 0) return
  const name = `${stagedName(view.policy)}/${stage.name}`
  builder.addChain(name, dispatch(builder, { name, stage, enforced, chains }))
  for (const { beside, hook, priority, unasked, matches } of stage.bases) {
    const rules = guarded(builder, [...unasked, makeRule({ matches, verdict: goTo(name) })])
    builder.addBaseChain({ name: `${stagedName(view.policy)}/on-${beside}`, hook, priority }, rules)
  }
}

interface Entry {
  readonly stage: StagedStage
  readonly owner: string
  readonly trial: Trial
  /** Made so far, by the chain of their lists. */
  readonly entries: Map<string, string>
}

/** The chain that an endpoint's packets go to; those with the same lists share it. */
function addEntry(builder: TableBuilder, { stage, owner, trial, entries }: Entry): string {
  const chain = partName(`${stagedName(trial.policy)}/${stage.name}`, owner)
  const lists = addTrial(builder, trial, partName(chain, 'lists'))
  const shared = entries.get(lists)
  if (shared !== undefined) return shared
  entries.set(lists, chain)
  const failsafes = stage.failsafes === undefined ? [] : [jump(addSilentFailsafes(builder, stage.failsafes))]
  builder.addChain(chain, [
    ...stage.unasked,
    ...failsafes.map((verdict) => makeRule({ verdict })),
    makeRule({ verdict: goTo(lists) }),
  ])
  return chain
}

interface Targets {
  readonly name: string
  readonly stage: StagedStage
  readonly enforced: ReadonlyMap<string, Owner>
  /** By the owner's name. */
  readonly chains: ReadonlyMap<string, string>
}

function dispatch(builder: TableBuilder, { name, stage, enforced, chains }: Targets): readonly Rule[] {
  const { side } = stage
  const star = starOf(builder)
  const others = star === undefined || stage.list === 'workload' ? undefined : chains.get(star.endpoint.name)
  const targets = new Map<string, MapValue>()
  for (const owner of enforced.values()) {
    const chain = chains.get(owner.name)
    // named endpoints keep the star endpoint's lists away from their interfaces
    const value = chain === undefined ? (others === undefined ? undefined : accept) : goTo(chain)
    if (owner.interfaces !== '*' && value !== undefined)
      for (const interfaceName of owner.interfaces) targets.set(interfaceName, value)
  }
  return [
    ...(targets.size === 0 ? [] : [lookupIn(builder.addMap(name, { data: 'verdict', elements: targets }), side)]),
    ...(others === undefined
      ? []
      : [makeRule({ matches: [onInterface(side, 'lo')], verdict: accept }), makeRule({ verdict: goTo(others) })]),
  ]
}

function lookupIn(map: string, side: InterfaceSide): Rule {
  return makeRule({ verdict: { type: 'lookup', side, map } })
}
