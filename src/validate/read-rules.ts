/** Reads the rules of a policy or profile. */

import type { Path } from '../document/located-document.ts'
import { readProtocol } from '../net/protocol.ts'
import { type Expiry, earlierOf } from '../policy/expiry.ts'
import type { IcmpMatch, PolicyRule } from '../policy/rule.ts'
import type { RuleDocument } from '../schema/rule.ts'
import { readAnnotations } from './check-metadata.ts'
import { checkRuleFamilies } from './check-rule-families.ts'
import { checkRuleIcmp } from './check-rule-icmp.ts'
import { checkRulePorts } from './check-rule-ports.ts'
import { readEntity } from './read-entity.ts'
import { readRuleExpiry } from './read-expiry.ts'
import type { PlacedCidr } from './read-nets.ts'
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

interface RuleList {
  readonly at: Path
  readonly rules: readonly RuleDocument[] | undefined
  /** Of the policy; undefined for global policies and profiles. */
  readonly namespace: string | undefined
  /** Of the policy or profile. */
  readonly expiry: Expiry | undefined
}

/** Reports what is wrong. The rules that could be read are whole only when nothing was reported. */
export function readRules(
  subject: Subject<unknown>,
  { at, rules, namespace, expiry }: RuleList,
): readonly PolicyRule[] {
  if (!Array.isArray(rules)) return []
  return rules.flatMap((document, index) => {
    const place = { at: [...at, index], namespace, expiry }
    return typeof document === 'object' && document !== null ? [readRule(subject, place, document)] : []
  })
}

type RulePlace = Omit<RuleList, 'rules'>

function readRule(subject: Subject<unknown>, { at, namespace, expiry }: RulePlace, document: RuleDocument): PolicyRule {
  const source = readEntity(subject, { at: [...at, 'source'], namespace }, document.source)
  const destination = readEntity(subject, { at: [...at, 'destination'], namespace }, document.destination)
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
  const ownExpiry = readRuleExpiry(subject, at, document)
  return {
    action: document.action,
    ipVersion: document.ipVersion ?? impliedVersion(document.protocol),
    protocol: draft.protocol,
    notProtocol: draft.notProtocol,
    icmp: readIcmp(document.icmp),
    notIcmp: readIcmp(document.notICMP),
    source: source.entity,
    destination: destination.entity,
    expires: document.action === 'Allow' ? earlierOf(expiry, ownExpiry) : undefined,
    annotations: readAnnotations(subject, [...at, 'metadata', 'annotations'], document.metadata?.annotations),
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
