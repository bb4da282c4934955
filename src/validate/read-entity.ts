/** Reads what a rule asks of one side of a packet. */

import type { Path } from '../document/located-document.ts'
import { anybody } from '../policy/expiry.ts'
import type { EntityRule } from '../policy/rule.ts'
import type { EntityRuleDocument } from '../schema/rule.ts'
import type { Selector } from '../selector/selector.ts'
import { readNamespaceSelector } from './read-namespace-selector.ts'
import { type PlacedCidr, readRuleNets } from './read-nets.ts'
import { readPolicySelector } from './read-policy-selector.ts'
import { type PortList, readPorts } from './read-ports.ts'
import { scopePeers } from './scope-selectors.ts'
import type { Subject } from './subject.ts'

interface ReadEntity {
  readonly entity: EntityRule
  readonly nets: readonly PlacedCidr[]
  readonly notNets: readonly PlacedCidr[]
}

/** Where it stands, and in which namespace the policy is. */
interface EntityPlace {
  readonly at: Path
  readonly namespace: string | undefined
}

/** An empty selector asks for nothing: it is not `all()`, which asks for a known endpoint or set. */
export function readEntity(
  subject: Subject<unknown>,
  { at, namespace }: EntityPlace,
  document: EntityRuleDocument | undefined,
): ReadEntity {
  if (document === undefined) return nothing
  const given: EntityRuleDocument = typeof document === 'object' && document !== null ? document : {}
  const nets = Array.isArray(given.nets) ? readRuleNets(subject, [...at, 'nets'], given.nets) : undefined
  const notNets = Array.isArray(given.notNets) ? readRuleNets(subject, [...at, 'notNets'], given.notNets) : undefined
  const ports = readPortField(subject, [...at, 'ports'], given.ports)
  const notPorts = readPortField(subject, [...at, 'notPorts'], given.notPorts)
  const entity = {
    nets: nets?.map(({ cidr }) => cidr),
    notNets: notNets?.map(({ cidr }) => cidr),
    ...readSelectors(subject, { at, namespace }, given),
    ports: ports.numbers,
    namedPorts: ports.names,
    notPorts: notPorts.numbers,
    notNamedPorts: notPorts.names,
  }
  return { entity, nets: nets ?? [], notNets: notNets ?? [] }
}

/** One side of most rules. */
const nothing: ReadEntity = { entity: anybody, nets: [], notNets: [] }

function readSelectors(
  subject: Subject<unknown>,
  { at, namespace }: EntityPlace,
  given: EntityRuleDocument,
): Pick<EntityRule, 'selector' | 'notSelector'> {
  const read = (
    field: 'selector' | 'notSelector' | 'namespaceSelector',
    reader: typeof readPolicySelector,
  ): Selector | undefined => {
    const text = given[field]
    return typeof text !== 'string' || text === '' ? undefined : reader(subject, [...at, field], text)
  }
  const selector = read('selector', readPolicySelector)
  const notSelector = read('notSelector', readPolicySelector)
  const namespaceSelector = read('namespaceSelector', readNamespaceSelector)
  return { selector: scopePeers({ namespaceSelector, selector, notSelector, namespace }), notSelector }
}

function readPortField(subject: Subject<unknown>, at: Path, ports: EntityRuleDocument['ports']): PortList {
  return Array.isArray(ports) ? readPorts(subject, at, ports) : { numbers: undefined, names: undefined }
}
