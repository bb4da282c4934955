/** What the facts of ordering.json have in common: how they tell policies, and how lists are compared with them. */

import type { DirectedLists, EndpointLists } from '../../src/policy/host-view.ts'
import type { ToldResource } from './ask-host.ts'
import type { Fact, Resource } from './corpus.ts'
import type { Outcome } from './judgement.ts'

export interface ToldPolicy {
  readonly kind?: string
  readonly name: string
  readonly namespace?: string
  readonly tier?: string
  readonly order?: number | null
  readonly types?: readonly string[]
}

export interface ToldList {
  readonly tier: string
  readonly ingress: readonly string[]
  readonly egress: readonly string[]
}

export type ToldLists = Readonly<Record<string, readonly ToldList[]>>

export interface OrderingFact extends Fact {
  readonly tiers: readonly { readonly name: string; readonly order: number | null; readonly exists: boolean }[]
  readonly policies: readonly ToldPolicy[]
  readonly resources: readonly ToldResource[]
  readonly localNode: string
  readonly interfaces: Readonly<Record<string, readonly string[]>>
  readonly hostEndpoints: readonly { readonly name: string; readonly spec: object }[]
  readonly expect: unknown
}

export const endpoint: Resource = {
  kind: 'HostEndpoint',
  metadata: { name: 'own', labels: { own: '' } },
  spec: { node: 'h', interfaceName: 'eth0' },
}
export const atHome = { node: 'h', interfaces: { eth0: [] } }

export function toldByDirection({ normal, untracked, preDnat, forward }: EndpointLists) {
  return { normal: told(normal), untracked: told(untracked), preDNAT: told(preDnat), forward: told(forward) }
}

export function told({ ingress, egress }: DirectedLists) {
  const names = ({ tiers }: DirectedLists['ingress']) =>
    tiers.map(({ name, policies }) => `${name}: ${policies.map((one) => one.name).join()}`)
  return { ingress: names(ingress), egress: names(egress) }
}

export function tier(name: string, order: number | null): Resource {
  return { kind: 'Tier', metadata: { name }, spec: order === null ? {} : { order } }
}

export function policy({ kind = 'GlobalNetworkPolicy', name, namespace, order, ...spec }: ToldPolicy): Resource {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
  return { kind, metadata, spec: { selector: 'has(own)', ...spec, ...(order == null ? {} : { order }) } }
}

export function orRefused({ refused }: { readonly refused: readonly string[] }, outcome: Outcome): Outcome {
  return refused.length === 0 ? outcome : { type: 'disagrees', detail: refused.join(' | ') }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
