/** Filters of one host -> its policy repository. */

import type { HostFacts } from '../host/host-facts.ts'
import { printAddress } from '../net/address.ts'
import { families } from '../net/family.ts'
import { calicoVersion } from '../policy/kinds.ts'
import { behindInterfaces, type Route, routesOf } from './behind.ts'
import { includes } from './choice.ts'
import { addressDestinations } from './destination-types.ts'
import { expandInterfaces } from './expand-interfaces.ts'
import { writeFailsafes } from './failsafes.ts'
import { type Filter, type Hook, hooks, type Loss } from './filter.ts'
import { type FlatRule, flatten } from './flatten.ts'
import { forwardLists } from './forward-lists.ts'
import { mergeLists } from './merge-lists.ts'
import { nameOf, setLabel, setNameOf } from './names.ts'
import { chosen, interfacesOf, type PlacedRule, withoutInterfaces } from './placed-rule.ts'
import { type Document, type Place, type PolicyList, writeEndpoints, writePolicies } from './policies.ts'
import { readAddressList } from './read-values.ts'
import { unnameClashingSets } from './unname-sets.ts'
import { printNets } from './write-rule.ts'

export interface Surroundings {
  readonly host: string
  readonly facts: HostFacts | undefined
  /** Undefined when the facts do not name any. */
  readonly routes: readonly Route[] | undefined
}

export interface ImportedFile {
  /** Below the repository. */
  readonly path: string
  readonly documents: readonly Document[]
}

export interface Imported {
  readonly files: readonly ImportedFile[]
  readonly losses: readonly Loss[]
}

/** @param filters together they are the firewall: one for each family, or one for both */
export function translateFilters(filters: readonly Filter[], { host, facts, routes }: Surroundings): Imported {
  const known = facts?.interfaces.map(({ name }) => name)
  const prepared = unnameClashingSets(filters).map((filter) => expandInterfaces(filter, known))
  const losses: Loss[] = [...prepared.flatMap((filter) => filter.losses), ...missingFamilies(prepared)]
  const lists = new Map(hooks.map((hook) => [hook, listFor(prepared, hook, losses)]))
  const rulesOf = (hook: Hook): readonly FlatRule[] => lists.get(hook) ?? []
  const place: Place = { host, interfaces: interfacesOf(hooks.flatMap(rulesOf)) }
  const local = (hook: Hook, side: 'iif' | 'oif'): readonly PlacedRule[] =>
    rulesOf(hook).map((rule) => ({
      rule: { ...rule, match: withoutInterfaces(rule.match) },
      at: chosen(rule.match[side], place.interfaces),
    }))
  const input = local('input', 'iif')
  const output = local('output', 'oif')
  const around =
    facts === undefined || routes === undefined
      ? undefined
      : behindInterfaces(routesOf(facts, routes), place.interfaces)
  const forward = forwardLists({ rules: rulesOf('forward'), interfaces: place.interfaces, behind: around?.behind })
  losses.push(...forward.losses, ...loopbackLosses(rulesOf('input')), ...workloadLosses(place))
  const policies: readonly PolicyList[] = [
    { name: 'input', direction: 'Ingress', isForwarded: false, firstOrder: 1000, rules: input },
    { name: 'output', direction: 'Egress', isForwarded: false, firstOrder: 1000, rules: output },
    // asked after those of the local stage have decided, so that they are about forwarded packets alone
    ...(allowsAll(rulesOf('forward'))
      ? []
      : [
          {
            name: 'forward',
            direction: 'Ingress',
            isForwarded: true,
            firstOrder: 100_000,
            rules: forward.ingress,
          } as const,
          {
            name: 'forward-egress',
            direction: 'Egress',
            isForwarded: true,
            firstOrder: 100_000,
            rules: forward.egress,
          } as const,
        ]),
  ]
  const written = policies.map((list) => ({ list, ...writePolicies(list, place) }))
  losses.push(...written.flatMap((one) => one.losses))
  const addresses = (name: string): readonly string[] =>
    facts?.interfaces.find((one) => one.name === name)?.addresses.map(({ address }) => printAddress(address)) ?? []
  const own = nameOf(host)
  const documents = written.flatMap((one) => one.documents)
  const files: readonly ImportedFile[] = [
    { path: `hosts/${own}.yaml`, documents: writeEndpoints(place, addresses) },
    ...written.map(({ list, documents: some }) => ({ path: `policies/${own}-${list.name}.yaml`, documents: some })),
    ...usedSets([...prepared.flatMap(({ sets }) => sets), ...(around?.sets ?? [])], documents),
    { path: `config/${own}.yaml`, documents: [writeFailsafes(place, { input, output })] },
  ]
  return { files: files.filter((file) => file.documents.length > 0), losses: unique(losses) }
}

function listFor(filters: readonly Filter[], hook: Hook, losses: Loss[]): readonly FlatRule[] {
  const flat = filters.map((filter) => {
    const list = flatten(filter, hook)
    losses.push(...list.losses)
    const rules = list.rules.flatMap((rule) => {
      const addressed = addressDestinations(rule, hook)
      losses.push(...addressed.losses)
      return addressed.rules
    })
    return { rules, losses: [] }
  })
  const merged = mergeLists(flat)
  const isWhole = filters.flatMap((filter) => filter.families).length >= families.length
  return isWhole ? merged : [...merged, { action: 'Deny', match: {}, comment: undefined, span: undefined }]
}

function missingFamilies(filters: readonly Filter[]): readonly Loss[] {
  const known = filters.flatMap((filter) => filter.families)
  return families
    .filter((family) => !known.includes(family))
    .map((family) => ({
      effect: 'denies more',
      reason: `no file speaks of IPv${family}: it is denied as a whole; give ${family === 6 ? 'ip6tables-save' : 'iptables-save'}, too`,
      span: undefined,
    }))
}

/** Loopback is never asked about, whatever the original does there. */
function loopbackLosses(rules: readonly FlatRule[]): readonly Loss[] {
  for (const { action, match, span } of rules) {
    if (match.iif !== undefined && !includes(match.iif, 'lo')) continue
    const { iif: _, family: __, ...rest } = match
    if (action === 'Allow' && Object.keys(rest).length === 0) return []
    if (action === 'Deny')
      return [
        {
          effect: 'allows more',
          reason: 'what the host sends to itself over loopback always passes; the original denies some of it',
          span,
        },
      ]
  }
  return []
}

/** Interfaces with the prefix of workloads are closed but for known workloads (behaviour.md IF-1). */
function workloadLosses({ interfaces }: Place): readonly Loss[] {
  return interfaces
    .filter((name) => name.startsWith('cali'))
    .map((name) => ({
      effect: 'denies more',
      reason: `${name} is taken for the interface of a workload, because of its name: write a WorkloadEndpoint, or another interfacePrefix into config/`,
      span: undefined,
    }))
}

function allowsAll(rules: readonly FlatRule[]): boolean {
  return rules.every(({ action }) => action === 'Allow')
}

/** Those that a rule asks for. */
function usedSets(
  sets: readonly { readonly name: string; readonly nets: readonly string[] }[],
  documents: readonly Document[],
): readonly ImportedFile[] {
  const text = JSON.stringify(documents)
  const named = new Map(sets.map((set) => [setNameOf(set.name), set]))
  return [...named]
    .filter(([name, { nets }]) => nets.length > 0 && text.includes(`${setLabel} == '${name}'`))
    .map(([name, { nets }]) => ({
      path: `sets/${name}.yaml`,
      documents: [
        {
          apiVersion: calicoVersion,
          kind: 'GlobalNetworkSet',
          metadata: { name, labels: { [setLabel]: name } },
          spec: { nets: families.flatMap((family) => printNets(readAddressList(nets, family) ?? [], family)) },
        },
      ],
    }))
}

function unique(losses: readonly Loss[]): readonly Loss[] {
  const keys = losses.map(({ reason, span }) => `${span?.source.path} ${span?.start} ${reason}`)
  return losses.filter((_, at) => keys.indexOf(keys[at] ?? '') === at)
}
