/** Placed rules -> policies in order, each for the interfaces at which its rules are asked. */

import { remark } from '../document/print-yaml.ts'
import { calicoVersion } from '../policy/kinds.ts'
import type { Loss } from './filter.ts'
import { nameOf } from './names.ts'
import { inGroups, others, type PlacedRule, tidy } from './placed-rule.ts'
import { joinRules, type PlainRule, writeRule } from './write-rule.ts'

export type Document = Readonly<Record<string, unknown>>

export interface PolicyList {
  /** As `input`: the middle of the policies' names. */
  readonly name: string
  readonly direction: 'Ingress' | 'Egress'
  readonly isForwarded: boolean
  readonly firstOrder: number
  readonly rules: readonly PlacedRule[]
}

export interface Place {
  readonly host: string
  /** All that the host's endpoints stand for. */
  readonly interfaces: readonly string[]
}

export interface WrittenPolicies {
  readonly documents: readonly Document[]
  readonly losses: readonly Loss[]
}

/** Of a policy's name, before its number. */
const mostLetters = 58

/** None for an empty list. */
export function writePolicies(list: PolicyList, place: Place): WrittenPolicies {
  const losses: Loss[] = []
  const used = new Map<string, number>()
  const documents = inGroups(tidy(list.rules)).flatMap((group, index) => {
    const rules = joinRules(group.flatMap((placed) => written(placed, losses)))
    const at = group[0]?.at ?? []
    if (rules.length === 0) return []
    const base = [
      nameOf(place.host).slice(0, mostLetters - list.name.length - 1),
      list.name,
      ...(at.length === place.interfaces.length ? [] : [at.map(spell).join('-')]),
    ]
      .join('-')
      .slice(0, mostLetters)
      .replace(/-+$/, '')
    const count = (used.get(base) ?? 0) + 1
    used.set(base, count)
    return [
      policy({
        list,
        place,
        at,
        rules,
        order: list.firstOrder + 10 * index,
        name: count === 1 ? base : `${base}-${count}`,
      }),
    ]
  })
  return { documents, losses }
}

function written({ rule }: PlacedRule, losses: Loss[]): readonly PlainRule[] {
  const rules = writeRule(rule)
  if (typeof rules !== 'string') return rules
  const effect = rule.action === 'Allow' ? 'denies more' : rule.action === 'Deny' ? 'allows more' : 'no packet'
  losses.push({ effect, reason: rules, span: rule.span })
  return []
}

function spell(name: string): string {
  return name === others ? 'others' : nameOf(name)
}

interface Parts {
  readonly list: PolicyList
  readonly place: Place
  readonly at: readonly string[]
  readonly rules: readonly PlainRule[]
  readonly order: number
  readonly name: string
}

function policy({ list, place, at, rules, order, name }: Parts): Document {
  return {
    apiVersion: calicoVersion,
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: {
      order,
      selector: selectorFor(place, at),
      types: [list.direction],
      ...(list.isForwarded ? { applyOnForward: true } : {}),
      [list.direction.toLowerCase()]: rules,
    },
  }
}

function selectorFor({ host, interfaces }: Place, at: readonly string[]): string {
  const own = `host == '${nameOf(host)}'`
  if (at.length === interfaces.length) return own
  const missing = interfaces.filter((name) => !at.includes(name))
  const isShort = missing.length < at.length
  const names = (isShort ? missing : at).map((name) => `'${spell(name)}'`)
  if (names.length === 1) return `${own} && interface ${isShort ? '!=' : '=='} ${names[0]}`
  return `${own} && interface ${isShort ? 'not in' : 'in'} {${names.join(', ')}}`
}

/** One for each interface that a rule names, and one for all others. */
export function writeEndpoints(
  { host, interfaces }: Place,
  addressesOf: (name: string) => readonly string[],
): readonly Document[] {
  return interfaces.map((name) => {
    const addresses = addressesOf(name)
    const isAlone = interfaces.length === 1
    return {
      ...(name === others && !isAlone ? { [remark]: 'Every interface that no other endpoint of the host names.' } : {}),
      apiVersion: calicoVersion,
      kind: 'HostEndpoint',
      metadata: {
        name: isAlone ? nameOf(host) : `${nameOf(host)}-${spell(name)}`,
        labels: { host: nameOf(host), ...(isAlone ? {} : { interface: spell(name) }) },
      },
      spec: { node: host, interfaceName: name, ...(addresses.length === 0 ? {} : { expectedIPs: addresses }) },
    }
  })
}
