/** Reads the rules of a policy or profile. */

import type { Path } from '../document/located-document.ts'
import { readProtocol } from '../net/protocol.ts'
import type { EntityRule, IcmpMatch, PolicyRule } from '../policy/rule.ts'
import type { EntityRuleDocument, RuleDocument } from '../schema/rule.ts'
import { checkRuleFamilies } from './check-rule-families.ts'
import { checkRuleIcmp } from './check-rule-icmp.ts'
import { checkRulePorts } from './check-rule-ports.ts'
import { type PlacedCidr, readRuleNets } from './read-nets.ts'
import { readPolicySelector } from './read-policy-selector.ts'
import { readPorts } from './read-ports.ts'
import type { Subject } from './subject.ts'
import { whyNoProtocol } from './why-no-protocol.ts'

/** A rule as read so far, for the checks that compare its parts. */
export interface RuleDraft {
  readonly subject: Subject<unknown>
  readonly at: Path
  readonly document: RuleDocument
  /** Undefined also when it was reported as faulty. */
  readonly protocol: number | undefined
  readonly notProtocol: number | undefined
  readonly nets: readonly PlacedCidr[]
  readonly notNets: readonly PlacedCidr[]
}

/** Reports what is wrong. The rules that could be read are whole only when nothing was reported. */
export function readRules(
  subject: Subject<unknown>,
  at: Path,
  rules: readonly RuleDocument[] | undefined,
): readonly PolicyRule[] {
  if (!Array.isArray(rules)) return []
  return rules.flatMap((rule, index) => {
    const path = [...at, index]
    return typeof rule === 'object' && rule !== null ? [readRule(subject, path, rule)] : []
  })
}

function readRule(subject: Subject<unknown>, at: Path, document: RuleDocument): PolicyRule {
  const source = readEntity(subject, [...at, 'source'], document.source)
  const destination = readEntity(subject, [...at, 'destination'], document.destination)
  const draft: RuleDraft = {
    subject,
    at,
    document,
    protocol: readRuleProtocol(subject, [...at, 'protocol'], document.protocol),
    notProtocol: readRuleProtocol(subject, [...at, 'notProtocol'], document.notProtocol),
    nets: [...source.nets, ...destination.nets],
    notNets: [...source.notNets, ...destination.notNets],
  }
  checkRuleIcmp(draft)
  checkRulePorts(draft)
  checkRuleFamilies(draft)
  return {
    action: document.action,
    ipVersion: document.ipVersion ?? impliedVersion(document.protocol),
    protocol: draft.protocol,
    notProtocol: draft.notProtocol,
    icmp: readIcmp(document.icmp),
    notIcmp: readIcmp(document.notICMP),
    source: source.entity,
    destination: destination.entity,
    span: subject.document.spanOf(at, 'value'),
  }
}

/** By the protocol's name, not by its number (behaviour.md RM-20). */
function impliedVersion(protocol: string | number | undefined): 4 | 6 | undefined {
  return protocol === 'ICMP' ? 4 : protocol === 'ICMPv6' ? 6 : undefined
}

function readRuleProtocol(subject: Subject<unknown>, at: Path, value: string | number | undefined): number | undefined {
  if (value === undefined || !subject.isSound(at)) return undefined
  const protocol = readProtocol(value)
  if (protocol !== undefined) return protocol
  subject.report('invalid-value', {
    at,
    message: `the protocol ${JSON.stringify(value)} is not known: ${whyNoProtocol(value)}`,
  })
  return undefined
}

/** An empty mapping asks for nothing. */
function readIcmp(match: RuleDocument['icmp']): IcmpMatch | undefined {
  return match?.type === undefined ? undefined : { type: match.type, code: match.code }
}

interface ReadEntity {
  readonly entity: EntityRule
  readonly nets: readonly PlacedCidr[]
  readonly notNets: readonly PlacedCidr[]
}

/** An empty selector asks for nothing: it is not `all()`, which asks for a known endpoint or set. */
function readEntity(subject: Subject<unknown>, at: Path, document: EntityRuleDocument | undefined): ReadEntity {
  const given: EntityRuleDocument = typeof document === 'object' && document !== null ? document : {}
  const nets = Array.isArray(given.nets) ? readRuleNets(subject, [...at, 'nets'], given.nets) : undefined
  const notNets = Array.isArray(given.notNets) ? readRuleNets(subject, [...at, 'notNets'], given.notNets) : undefined
  const selector = (field: 'selector' | 'notSelector') => {
    const text = given[field]
    return typeof text !== 'string' || text === '' ? undefined : readPolicySelector(subject, [...at, field], text)
  }
  const ports = (field: 'ports' | 'notPorts') => {
    const list = given[field]
    return Array.isArray(list) ? readPorts(subject, [...at, field], list) : undefined
  }
  const entity = {
    nets: nets?.map(({ cidr }) => cidr),
    notNets: notNets?.map(({ cidr }) => cidr),
    selector: selector('selector'),
    notSelector: selector('notSelector'),
    ports: ports('ports'),
    notPorts: ports('notPorts'),
  }
  return { entity, nets: nets ?? [], notNets: notNets ?? [] }
}
