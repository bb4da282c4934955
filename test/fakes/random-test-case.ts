/** Random cases of policy tests about what a policy mentions, as their documents. */

import { printAddress } from '../../src/net/address.ts'
import { networkOf, printCidr } from '../../src/net/cidr.ts'
import { type Family, families } from '../../src/net/family.ts'
import type { AddressesDocument, TestCaseDocument } from '../../src/schema/policy-test.ts'
import type { Dice } from './dice.ts'
import type { Stock } from './random-packet.ts'

type Fields = { -readonly [Field in keyof TestCaseDocument]: TestCaseDocument[Field] }

/** Valid, whether or not any packet is so. */
export function randomTestCase(dice: Dice, stock: Stock, name: string): TestCaseDocument {
  const fields: Fields = { name, expect: dice.pick(['allow', 'deny'] as const) }
  const way = dice.below(3)
  if (way !== 1) fields.iif = dice.pick(stock.interfaces)
  if (way !== 0) fields.oif = dice.pick(stock.interfaces)
  const chosen = dice.chance(0.6) ? [dice.pick(families)] : families
  if (dice.chance(0.6)) fields.src = randomAddresses(dice, stock, chosen)
  if (dice.chance(0.4)) fields.dst = randomAddresses(dice, stock, chosen)
  addTransport(dice, { ports: stock.ports, among: chosen }, fields)
  if (dice.chance(0.2)) fields.state = dice.pick(['new', 'established', 'related', 'untracked', 'invalid'] as const)
  const mayBeRewritten = fields.state !== 'untracked' && fields.state !== 'invalid'
  if (mayBeRewritten && dice.chance(0.2)) fields['orig-dst'] = randomAddresses(dice, stock, chosen)
  return fields
}

/** Of these families, so that no case names two that no packet has. */
function randomAddresses(dice: Dice, stock: Stock, among: readonly Family[]): AddressesDocument {
  const known = [...stock.view.peers.keys()]
  const entry = () => {
    if (known.length > 0 && dice.chance(0.35)) {
      const field = dice.pick(['selector', 'selector', 'notSelector'] as const)
      return { [field]: dice.pick(known) }
    }
    const address = dice.pick(stock.addresses[dice.pick(among)])
    const width = address.family === 4 ? 32 : 128
    const prefix = dice.pick([width, width - 1, width - 8, width / 2, 0])
    return prefix === width ? printAddress(address) : printCidr(networkOf(address, prefix))
  }
  if (among.length === 2 || dice.chance(0.1))
    return dice.pick(['any', { notSelector: dice.pick([...known, 'has(a)']) }])
  return dice.chance(0.5) ? entry() : [entry(), entry()]
}

interface TransportStock extends Pick<Stock, 'ports'> {
  readonly among: readonly Family[]
}

function addTransport(dice: Dice, { ports, among }: TransportStock, fields: Fields): void {
  const kind = dice.below(4)
  if (kind === 0) return
  if (kind === 1) {
    const own = among.map((family) => (family === 4 ? 'icmp' : 'icmpv6'))
    fields.proto = dice.pick([...own, ...own, 1, 58, ['icmp', 'icmpv6'], [4, 253, 'tcp']])
    if (!Array.isArray(fields.proto) && dice.chance(0.6))
      fields['icmp-type'] = dice.pick([8, 128, 3, 130, 135, '0:255', '128:140', [8, 143]])
    if (fields['icmp-type'] !== undefined && dice.chance(0.3)) fields['icmp-code'] = dice.pick([0, '0:1'])
    return
  }
  fields.proto = dice.pick(['tcp', 'udp', 'sctp', 'udplite', ['tcp', 'udp'], ['udplite', 'TCP']])
  const port = () => {
    const from = Math.max(1, dice.pick(ports))
    return dice.chance(0.5) ? from : `${from}:${Math.min(65535, from + dice.pick([0, 1, 7, 60000]))}`
  }
  if (dice.chance(0.7)) fields.dport = dice.chance(0.7) ? port() : [port(), port()]
  if (dice.chance(0.2)) fields.sport = port()
}
