/** Checks that the networks, the ipVersion and the protocol of a rule are of one address family (behaviour.md, DV-7). */

import type { Family } from '../net/family.ts'
import { icmp, icmpv6, printProtocol } from '../net/protocol.ts'
import type { PlacedCidr } from './read-nets.ts'
import type { RuleDraft } from './read-rules.ts'

export function checkRuleFamilies(draft: RuleDraft): void {
  const fixed = checkProtocolFamily(draft)
  const clashes = checkNetFamilies(draft, fixed)
  checkCatchAll(draft)
  if (fixed === undefined && !clashes) warnOfOmission(draft)
}

/** Gives the family that ipVersion, or else the protocol, leaves. */
function checkProtocolFamily({ subject, at, document, protocol, notProtocol }: RuleDraft): Family | undefined {
  const { ipVersion } = document
  const version = ipVersion === 4 || ipVersion === 6 ? ipVersion : undefined
  const wrong = [protocol, notProtocol].find(
    (number) => version !== undefined && (familyOf(number) ?? version) !== version,
  )
  if (wrong !== undefined) {
    const name = printProtocol(wrong)
    const message = `ipVersion is ${version}, but ${name} exists only in IPv${familyOf(wrong)}: use ${name === 'ICMP' ? 'ICMPv6' : 'ICMP'} or change ipVersion`
    subject.report('mixed-families', { at: [...at, 'ipVersion'], message })
  }
  return version ?? familyOf(protocol)
}

function familyOf(protocol: number | undefined): Family | undefined {
  return protocol === icmp ? 4 : protocol === icmpv6 ? 6 : undefined
}

/** One report a rule: the first network that does not fit. */
function checkNetFamilies(
  { subject, at, document, nets, notNets, protocol }: RuleDraft,
  fixed: Family | undefined,
): boolean {
  const all = [...nets, ...notNets]
  const family = fixed ?? all[0]?.cidr.family
  const stranger = all.find(({ cidr }) => cidr.family !== family)
  if (stranger === undefined) return false
  const isByVersion = document.ipVersion !== undefined
  const cause = isByVersion ? [...at, 'ipVersion'] : fixed === undefined ? (all[0]?.at ?? at) : [...at, 'protocol']
  const reason = isByVersion
    ? `ipVersion is ${fixed}`
    : fixed === undefined
      ? `the rule also names IPv${family} networks`
      : `the protocol is ${printProtocol(protocol ?? 0)}`
  subject.report('mixed-families', {
    at: stranger.at,
    message: `an IPv${stranger.cidr.family} network stands here, but ${reason}: write one rule for each family`,
    notes: [{ span: subject.document.spanOf(cause, 'value'), message: `IPv${family} is meant here` }],
  })
  return true
}

function checkCatchAll({ subject, notNets }: RuleDraft): void {
  for (const { cidr, at } of notNets) {
    if (cidr.prefix !== 0) continue
    const message = `notNets excludes every IPv${cidr.family} address, so the rule can match nothing: remove the entry or the rule`
    subject.report('catch-all-negated', { at, message })
  }
}

/** Networks in `nets` say which family is meant; those in notNets alone hardly do. */
function warnOfOmission({ subject, nets, notNets }: RuleDraft): void {
  const [first]: readonly (PlacedCidr | undefined)[] = notNets
  if (nets.length > 0 || first === undefined) return
  const { family } = first.cidr
  const other = family === 4 ? 6 : 4
  const message = `notNets names only IPv${family} networks, so the rule matches no IPv${other} packet at all: set ipVersion: ${family}, and write a rule for IPv${other}`
  subject.report('family-omitted', { at: first.at.slice(0, -1), mark: 'key', message })
}
