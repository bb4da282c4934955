/** Random rules in which every criterion occurs, few of them at a time, over few addresses, ports and labels, so that they often meet packets. */

import type { Family } from '../../src/net/family.ts'
import type { Dice } from './dice.ts'
import type { Plain } from './plain-document.ts'

type Fields = Record<string, Plain>

export const selectors: readonly string[] = [
  'all()',
  'has(role)',
  '!has(role)',
  "role == 'web'",
  "role != 'web'",
  "role in {'lan', 'guest'}",
  "role == 'lan' && env == 'prod'",
  "env == 'dev' || has(hep)",
  "role == 'nobody'",
]

export const networks: Readonly<Record<Family, readonly string[]>> = {
  4: [
    '10.0.0.0/8',
    '10.0.0.0/24',
    '10.0.0.128/25',
    '10.65.0.0/16',
    '192.0.2.0/24',
    '192.0.2.7/32',
    '203.0.113.0/24',
    '0.0.0.0/0',
  ],
  6: [
    '2001:db8::/32',
    '2001:db8:a::/48',
    '2001:db8:a::10/128',
    'fd00::/8',
    'fd00:65::/64',
    'fe80::/10',
    'ff00::/8',
    '::/0',
  ],
}

export const portNames: readonly string[] = ['http', 'dns', 'db']
const ports: readonly Plain[] = [22, 53, 80, 443, '80:90', '8000:8010', '1:1023', '65535']
const portProtocols: readonly Plain[] = ['TCP', 'UDP', 'SCTP', 6, '17']

export function randomRule(dice: Dice, actions: readonly string[]): Fields {
  const rule: Fields = { action: dice.pick(actions) }
  if (dice.chance(0.08)) return rule
  const family = dice.chance(0.2) ? undefined : dice.pick<Family>([4, 6])
  const shape = dice.below(12)
  const hasPorts = shape < 5
  if (hasPorts) rule.protocol = dice.pick(portProtocols)
  else if (shape === 5 || shape === 6) addIcmp(rule, dice, family ?? 4)
  else if (shape === 7) rule.protocol = dice.pick<Plain>(['UDPLite', 'TCP', 4, 253])
  if (dice.chance(0.08)) rule.notProtocol = dice.pick<Plain>(['TCP', 'UDP', 132])
  if (rule.protocol !== 'ICMP' && rule.protocol !== 'ICMPv6' && family !== undefined && dice.chance(0.15))
    rule.ipVersion = family
  for (const side of ['source', 'destination']) {
    const portChance = hasPorts ? (side === 'source' ? 0.15 : 0.6) : shape === 8 ? 0.5 : 0
    const entity = randomEntity(dice, { family: family ?? 4, hasPorts, portChance })
    if (Object.keys(entity).length > 0) rule[side] = entity
  }
  return rule
}

function addIcmp(rule: Fields, dice: Dice, family: Family): void {
  rule.protocol = family === 4 ? 'ICMP' : 'ICMPv6'
  const pair = (): Plain => ({
    type: dice.pick(family === 4 ? [0, 3, 8] : [1, 128, 135]),
    ...(dice.chance(0.4) ? { code: dice.below(3) } : {}),
  })
  if (dice.chance(0.45)) rule.icmp = pair()
  if (dice.chance(0.6)) rule.notICMP = pair()
}

interface EntityShape {
  readonly family: Family
  /** Otherwise only names of ports may be written. */
  readonly hasPorts: boolean
  readonly portChance: number
}

function randomEntity(dice: Dice, { family, hasPorts, portChance }: EntityShape): Fields {
  const entity: Fields = {}
  const nets = networks[family]
  if (dice.chance(0.2)) entity.nets = dice.some(nets, 3)
  if (dice.chance(0.08)) entity.notNets = dice.some(nets.slice(0, -1), 2)
  if (dice.chance(0.15)) entity.selector = dice.pick(selectors)
  if (dice.chance(0.08)) entity.notSelector = dice.pick(selectors)
  if (dice.chance(portChance)) entity.ports = randomPorts(dice, hasPorts)
  if (dice.chance(portChance / 3)) entity.notPorts = randomPorts(dice, hasPorts)
  return entity
}

function randomPorts(dice: Dice, hasPorts: boolean): readonly Plain[] {
  const names = dice.some(portNames, 2)
  if (!hasPorts || dice.chance(0.3)) return names
  return [...dice.some(ports, 3), ...(dice.chance(0.3) ? names : [])]
}
