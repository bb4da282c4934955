/** Labels, addresses, selectors and rules at random, of so few kinds that they often meet. */

import type { Address } from '../../src/net/address.ts'
import { type Cidr, hostCidr, networkOf } from '../../src/net/cidr.ts'
import { tcp } from '../../src/net/protocol.ts'
import { anybody } from '../../src/policy/expiry.ts'
import type { EntityRule, PolicyRule } from '../../src/policy/rule.ts'
import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import type { Dice } from '../fakes/dice.ts'

export const portNames = ['http', 'alt']
export const span = { source: { path: 'random', text: '' }, start: 0, end: 0 }

export function labels(dice: Dice): ReadonlyMap<string, string> {
  return new Map(dice.some(['x', 'y', 'z'], 3).map((label) => [label, dice.pick(['1', '2', '12'])]))
}

const selectorForms: readonly string[] = [
  'all()',
  'has(x)',
  '!has(y)',
  "x == '1'",
  "y != '2'",
  "z in {'1', '2'}",
  "x not in {'12'}",
  "y starts with '1'",
  "z contains '2' || x == '2'",
  "x ends with '2' && !(y == '1')",
]

export function selector(dice: Dice): Selector {
  const reading = readSelector(dice.pick(selectorForms))
  if (reading.type === 'fault') throw new Error(reading.message)
  return reading.selector
}

/** Few, so that endpoints and sets often have the same. */
export function address(dice: Dice): Address {
  return dice.chance(0.7)
    ? { family: 4, value: 0x0a000000n + BigInt(dice.below(6)) }
    : { family: 6, value: (0x20010db8n << 96n) + BigInt(dice.below(4)) }
}

export function addresses(dice: Dice): readonly Address[] {
  return Array.from({ length: dice.below(3) }, () => address(dice))
}

export function network(dice: Dice): Cidr {
  return dice.chance(0.5) ? hostCidr(address(dice)) : networkOf(address(dice), dice.pick([8, 24, 30]))
}

export function rules(dice: Dice): readonly PolicyRule[] {
  return Array.from({ length: dice.below(3) }, () => ({
    action: dice.pick(['Allow', 'Deny', 'Pass']),
    ipVersion: undefined,
    protocol: dice.chance(0.5) ? undefined : tcp,
    notProtocol: undefined,
    icmp: undefined,
    notIcmp: undefined,
    source: entity(dice),
    destination: entity(dice),
    expires: undefined,
    annotations: new Map(),
    span,
  }))
}

function entity(dice: Dice): EntityRule {
  return {
    ...anybody,
    ...(dice.chance(0.5) ? { selector: selector(dice) } : {}),
    ...(dice.chance(0.2) ? { notSelector: selector(dice) } : {}),
    ...(dice.chance(0.2) ? { namedPorts: dice.some(portNames, 2) } : {}),
    ...(dice.chance(0.1) ? { notNamedPorts: dice.some(portNames, 1) } : {}),
  }
}
