/** Of ordering.json: who governs which interface, and by which of its lists. */

import { type Asked, askHost } from './ask-host.ts'
import type { Resource } from './corpus.ts'
import { compare, type Outcome } from './judgement.ts'
import {
  atHome,
  endpoint,
  type OrderingFact,
  orRefused,
  policy,
  type ToldList,
  toldByDirection,
} from './ordering-fact.ts'

export function judgeInterfaces({ interfaces, hostEndpoints, expect }: OrderingFact): Outcome {
  const resources = hostEndpoints.map(({ name, spec }): Resource => {
    return { kind: 'HostEndpoint', metadata: { name }, spec: { ...spec, node: 'h' } }
  })
  const found = askHost({ resources, node: 'h', interfaces })
  const winners = found.view.endpoints.flatMap((one) =>
    one.interfaces === '*'
      ? []
      : one.interfaces.filter((name) => name in interfaces).map((name) => [name, one.endpoint.name]),
  )
  const star = found.view.endpoints.find((one) => one.interfaces === '*')?.endpoint.name ?? null
  const up = new Set([star, ...winners.map(([, name]) => name)])
  const status = hostEndpoints.map(({ name }) => [name, up.has(name) ? 'up' : 'error'])
  const { winners: expected, allInterfaces, status: states } = expect as Record<string, object>
  return orRefused(
    found,
    compare(
      [sorted(winners), star, sorted(status)],
      [sorted(Object.entries(expected ?? {})), allInterfaces, sorted(Object.entries(states ?? {}))],
    ),
  )
}

function sorted(pairs: readonly (readonly unknown[])[]): readonly unknown[] {
  return pairs.map((pair) => pair.join()).sort()
}

/** Told in words. */
export function judgeSharedInterface({ id }: OrderingFact): Outcome {
  const names = id.endsWith('earlier') ? ['pod-10a', 'pod-11'] : ['pod-11', 'pod-11a']
  const resources = names.map((name, at): Resource => {
    const spec = { node: 'h', interfaceName: 'cali1', ipNetworks: [`192.0.2.${at + 1}`] }
    return { kind: 'WorkloadEndpoint', metadata: { name, namespace: 'ns' }, spec }
  })
  const found = askHost({ resources, ...atHome })
  const winners = found.view.workloads.map(({ workload }) => workload.name)
  return orRefused(found, compare(winners, names.slice(0, 1)))
}

const flags: Readonly<Record<string, object>> = {
  untracked: { doNotTrack: true, applyOnForward: true },
  forward: { applyOnForward: true },
  applyOnForward: { applyOnForward: true },
  prednat: { preDNAT: true, applyOnForward: true, types: ['Ingress'] },
  preDNAT: { preDNAT: true, applyOnForward: true, types: ['Ingress'] },
  ingress: { types: ['Ingress'] },
  egress: { types: ['Egress'] },
}

/** Told in words: a policy of one sort for the endpoint that governs. */
export function judgeLists({ id, expect }: OrderingFact): Outcome {
  const how = id.split('-').at(-1) ?? ''
  const polA = policy({ name: 'pola', types: ['Ingress', 'Egress'], ...flags[how] })
  const loser = { ...endpoint, metadata: { name: 'zz', labels: { other: '' } } }
  const winner = { ...endpoint, spec: { node: 'h', expectedIPs: ['192.0.2.1'] } }
  const asked: Asked = { resources: [winner, loser, polA], node: 'h', interfaces: { eth0: ['192.0.2.1'] } }
  const found = askHost(asked)
  const [own, ...others] = found.view.endpoints
  if (own === undefined || others.length > 0)
    return { type: 'disagrees', detail: `${found.view.endpoints.length} govern` }
  const lists = Object.entries(toldByDirection(own.lists)).filter(
    ([, list]) => list.ingress.length + list.egress.length > 0,
  )
  const isNamed = ([name]: readonly [string, unknown]) => expect === undefined || name in (expect as object)
  const wanted = Object.entries(
    expect ?? { [listOfFlag[how] ?? '']: { ingress: ['polA'], egress: how === 'preDNAT' ? [] : ['polA'] } },
  )
  const names = wanted.map(([name, list]) => [name, listWithTier(list)])
  return orRefused(
    found,
    compare(
      lists.filter(isNamed).filter(([name]) => names.some(([other]) => other === name)),
      names,
    ),
  )
}

const listOfFlag: Readonly<Record<string, string>> = {
  untracked: 'untracked',
  applyOnForward: 'forward',
  preDNAT: 'preDNAT',
}

function listWithTier({ ingress, egress }: Omit<ToldList, 'tier'>): object {
  const inTier = (names: readonly string[]) => (names.length === 0 ? [] : [`default: ${names.join().toLowerCase()}`])
  return { ingress: inTier(ingress), egress: inTier(egress) }
}
