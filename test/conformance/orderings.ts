/** ordering.json: which tiers and policies are asked in which order, and who governs which interface. */

import type { HostView } from '../../src/policy/host-view.ts'
import { askHost, interfacesFor, type ToldResource, toldName } from './ask-host.ts'
import { type Resource, readFacts } from './corpus.ts'
import { judgeInterfaces, judgeLists, judgeSharedInterface } from './governing.ts'
import { compare, type Judgement, type Outcome, outOfScope } from './judgement.ts'
import {
  atHome,
  endpoint,
  listOf,
  type OrderingFact,
  orRefused,
  policy,
  type ToldList,
  type ToldLists,
  tier,
  told,
  toldByDirection,
} from './ordering-fact.ts'

export function judgeOrderings(): readonly Judgement[] {
  return readFacts<OrderingFact>('ordering.json').map((fact) => ({ id: fact.id, outcome: judge(fact) }))
}

function judge(fact: OrderingFact): Outcome {
  switch (fact.kind) {
    case 'tier-order':
      return judgeTiers(fact)
    case 'policy-order':
      return judgePolicies(fact)
    case 'policy-split':
      return judgeSplit(fact)
    case 'endpoint-policies':
      return judgeEndpoints(fact)
    case 'hep-interface':
      return judgeInterfaces(fact)
    case 'hep-lists':
      return judgeLists(fact)
    case 'sequence':
    case 'change':
      return outOfScope('a step from state to state: every view is computed anew')
    case 'workload-interface':
      return judgeSharedInterface(fact)
    default:
      return outOfScope('prose')
  }
}

function judgeTiers({ tiers, expect }: OrderingFact): Outcome {
  if (tiers.some(({ exists }) => !exists))
    return outOfScope('a tier that does not exist is an error (behaviour.md 1.9)')
  const ours = tiers.filter(({ name }) => !name.startsWith('kube-'))
  const written = ours.filter(({ name }) => name !== 'default')
  const resources = [
    endpoint,
    ...written.map(({ name, order }) => tier(name, order)),
    ...ours.map(({ name }) => policy({ name: `${name}.p`, tier: name })),
  ]
  const found = askHost({ resources, ...atHome })
  const names = found.view.endpoints.flatMap(({ lists }) => lists.normal.ingress.tiers.map(({ name }) => name))
  return orRefused(
    found,
    compare(
      names,
      listOf(expect).filter((name) => !String(name).startsWith('kube-')),
    ),
  )
}

function judgePolicies({ policies, expect }: OrderingFact): Outcome {
  const isOurs = (kind: string) => kind === 'GlobalNetworkPolicy' || kind === 'NetworkPolicy'
  const ours = policies.filter(({ kind = '' }) => isOurs(kind))
  const [namespace, ...others] = new Set(ours.flatMap((one) => one.namespace ?? []))
  if (others.length > 0) return outOfScope('policies of two namespaces never meet on one endpoint')
  const workload: Resource = {
    kind: 'WorkloadEndpoint',
    metadata: { name: 'own', namespace: namespace ?? 'ns', labels: { own: '' } },
    spec: { node: 'h', interfaceName: 'cali1', ipNetworks: ['192.0.2.1'] },
  }
  const found = askHost({ resources: [workload, ...ours.map(policy)], ...atHome })
  const names = found.view.workloads.flatMap(({ lists }) =>
    lists.ingress.tiers.flatMap((one) => one.policies).map((one) => title(one.kind, one)),
  )
  return orRefused(
    found,
    compare(
      names,
      listOf(expect).filter((one) => isOurs(String(one).split(':')[0] ?? '')),
    ),
  )
}

function title(kind: string, { namespace, name }: { readonly namespace: string | undefined; readonly name: string }) {
  return `${kind}:${namespace === undefined ? '' : `${namespace}/`}${name}`
}

function judgeSplit({ policies, expect }: OrderingFact): Outcome {
  const tiers = [tier('t1', 1), tier('t2', 2)]
  const inTiers = policies.map((one) => policy({ tier: 't1', ...one }))
  const found = askHost({ resources: [endpoint, ...tiers, ...inTiers], ...atHome })
  const [own] = found.view.endpoints
  return orRefused(found, compare(own && toldByDirection(own.lists), expectedByDirection(expect as ToldLists)))
}

/** The corpus gives the tier `default` an order of its own, which ours has not: such a tier gets another name. */
function judgeEndpoints({ resources, localNode, expect }: OrderingFact): Outcome {
  const renamed = renameDefault(resources, resources)
  const found = askHost({
    resources: renamed,
    node: localNode,
    interfaces: interfacesFor(renamed, localNode),
  })
  const { endpoints } = expect as { readonly endpoints: Readonly<Record<string, ToldLists>> }
  const wanted = Object.entries(endpoints).map(([id, lists]) => [
    nameOf(id, resources),
    expectedByDirection(renameDefault(lists, resources)),
  ])
  return orRefused(found, compare(listsByName(found.view), Object.fromEntries(wanted.sort())))
}

function renameDefault<T>(value: T, resources: readonly ToldResource[]): T {
  if (!resources.some((one) => one.kind === 'Tier' && !('id' in one) && one.metadata.name === 'default')) return value
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll('"tier":"default"', '"tier":"normal"')
      .replaceAll('"kind":"Tier","metadata":{"name":"default"}', '"kind":"Tier","metadata":{"name":"normal"}'),
  ) as T
}

function nameOf(id: string, resources: readonly ToldResource[]): string {
  const told = resources.find((resource) => 'id' in resource && resource.id === id)
  return told === undefined ? id : toldName(told)
}

function listsByName({ endpoints, workloads }: HostView): object {
  const hosts = endpoints.map((one) => {
    const { forward: _, ...lists } = toldByDirection(one.lists)
    return [one.endpoint.name, lists]
  })
  const inside = workloads.map((one) => [
    one.workload.name,
    { normal: told(one.lists), untracked: nothing, preDNAT: nothing },
  ])
  return Object.fromEntries([...hosts, ...inside].sort())
}

const nothing = { ingress: [], egress: [] }

function expectedByDirection(lists: ToldLists): object {
  const names = (list: readonly ToldList[], direction: 'ingress' | 'egress') =>
    list.filter((one) => one[direction].length > 0).map((one) => `${one.tier}: ${one[direction].join()}`)
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [
      name,
      { ingress: names(list, 'ingress'), egress: names(list, 'egress') },
    ]),
  )
}
