/** The algebra of packet sets against packets taken one by one. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Cidr, cidrInterval, printCidr, readCidr } from '../../src/net/cidr.ts'
import { memberOf, plainWish, setOfPacket } from '../../src/packet-set/member.ts'
import { type PacketSet, PacketSets } from '../../src/packet-set/packet-sets.ts'
import { rowsOf } from '../../src/packet-set/rows.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { randomHeader } from '../fakes/random-header.ts'

const test = suite('packet sets')

const net = (text: string): Cidr => {
  const reading = readCidr(text)
  if (reading.type !== 'cidr') throw new Error(text)
  return reading.cidr
}

test('PacketSets gives equal sets the same value, however they were made', () => {
  const sets = new PacketSets()
  const halves = sets.ofNetworks('source', [net('10.0.0.0/9'), net('10.128.0.0/9')])
  assert.is(halves, sets.ofNetworks('source', [net('10.0.0.0/8')]))
  assert.is(sets.complement(sets.complement(halves)), halves)
  assert.is(sets.union(halves, sets.complement(halves)), sets.all)
  assert.is(sets.intersect(halves, sets.complement(halves)), sets.none)
  assert.is(sets.ofNetworks('source', [net('0.0.0.0/0'), net('::/0')]), sets.all)
})

test('PacketSets obeys the laws of sets for random ones, and so does every packet of them', () => {
  const dice = diceOf('laws')
  for (let round = 0; round < 200; round++) {
    const sets = new PacketSets()
    const [a, b, c] = [randomSet(dice, sets), randomSet(dice, sets), randomSet(dice, sets)]
    assert.is(sets.minus(a, sets.union(b, c)), sets.minus(sets.minus(a, b), c))
    assert.is(sets.complement(sets.union(a, b)), sets.intersect(sets.complement(a), sets.complement(b)))
    assert.is(sets.intersect(a, sets.union(b, c)), sets.union(sets.intersect(a, b), sets.intersect(a, c)))
    const header = randomHeader(dice, sets, { set: a, isRewritten: false })
    if (header === undefined) continue
    const one = setOfPacket(sets, header)
    assert.is(sets.contains(a, one), true)
    assert.is(
      sets.intersect(one, sets.union(b, c)) !== sets.none,
      [b, c].some((set) => sets.contains(set, one)),
    )
  }
})

test('ofNetworks() holds the first and last address of each network and neither of those beside it', () => {
  const dice = diceOf('borders')
  for (let round = 0; round < 100; round++) {
    const sets = new PacketSets()
    const networks = dice.some(
      ['10.0.0.0/8', '10.3.0.0/16', '11.0.0.0/32', '192.0.2.8/29', '2001:db8::/33', '::1/128', '255.0.0.0/8'].map(net),
      4,
    )
    const set = sets.ofNetworks('destination', networks)
    for (const network of networks) {
      const { from, to } = cidrInterval(network)
      const limit = 1n << (network.family === 4 ? 32n : 128n)
      for (const value of [from - 1n, from, to, to + 1n].filter((near) => near >= 0n && near < limit)) {
        const isIn = networks.some(
          (one) => one.family === network.family && cidrInterval(one).from <= value && value <= cidrInterval(one).to,
        )
        const point = sets.ofNetworks('destination', [
          { family: network.family, base: value, prefix: network.family === 4 ? 32 : 128 },
        ])
        assert.is(sets.contains(set, point), isIn, `${networks.map(printCidr)} and ${value}`)
      }
    }
  }
})

test('rowsOf() is disjoint and makes up the set again', () => {
  const dice = diceOf('rows')
  for (let round = 0; round < 100; round++) {
    const sets = new PacketSets()
    const set = sets.minus(sets.union(randomSet(dice, sets), randomSet(dice, sets)), randomSet(dice, sets))
    let seen = sets.none
    for (const { family, fields } of rowsOf(sets, set)) {
      const parts = [...fields].map(([field, intervals]) => {
        const isAddress = field === 'source' || field === 'destination' || field === 'original'
        if (isAddress) return sets.unionOf(intervals.map((interval) => addressesOf(sets, field, { family, interval })))
        if (field === 'family') return sets.none
        return sets.ofNumbers(
          field,
          intervals.map(({ from, to }) => ({ from: Number(from), to: Number(to) })),
        )
      })
      const row = sets.intersectionOf([family === undefined ? sets.all : sets.ofFamily(family), ...parts])
      assert.is(sets.intersect(seen, row), sets.none)
      seen = sets.union(seen, row)
    }
    assert.is(seen, set)
  }
})

test('memberOf() keeps to the wish where the set leaves the choice, and finds nothing in what is empty', () => {
  const sets = new PacketSets()
  const set = sets.intersect(sets.ofNetworks('source', [net('10.2.0.0/16')]), sets.ofNumber('protocol', 17))
  const header = memberOf(sets, { set, wish: plainWish, isRewritten: false })
  assert.is(header?.protocol, 17)
  assert.is(header?.destinationPort, 443)
  assert.is(header !== undefined && header.source.value >> 16n, 0x0a02n)
  assert.is(memberOf(sets, { set: sets.none, wish: plainWish, isRewritten: false }), undefined)
})

test('withAny() forgets a field', () => {
  const sets = new PacketSets()
  const tcp = sets.ofNumber('protocol', 6)
  const set = sets.intersect(tcp, sets.ofNetworks('source', [net('10.2.0.0/16')]))
  assert.is(sets.withAny('source', set), sets.intersect(tcp, sets.ofFamily(4)))
  assert.is(sets.withAny('protocol', tcp), sets.all)
})

test('ofNetworks() takes a hundred thousand addresses, and shares what two sets have in common', () => {
  const sets = new PacketSets()
  const dice = diceOf('many')
  const many = Array.from({ length: 100_000 }, () => ({
    family: 4 as const,
    base: BigInt(dice.below(2 ** 32)),
    prefix: 32,
  }))
  const set = sets.ofNetworks('source', many)
  const nodes = sets.diagram.size
  sets.intersect(set, sets.ofNumber('protocol', 6))
  assert.ok(nodes < 3_000_000)
  assert.ok(sets.diagram.size - nodes < 50)
})

/** A few networks in a few protocols and ports. */
function randomSet(dice: Dice, sets: PacketSets): PacketSet {
  const texts = [
    '10.0.0.0/8',
    '10.3.0.0/16',
    '192.0.2.8/29',
    '0.0.0.0/1',
    '2001:db8::/33',
    'fd00::/8',
    '255.255.255.255/32',
  ]
  const parts = [
    dice.chance(0.5) ? sets.all : sets.ofNetworks(dice.pick(['source', 'destination']), dice.some(texts, 3).map(net)),
  ]
  const from = dice.pick([0, 22, 80, 443, 8000])
  if (dice.chance(0.6))
    parts.push(
      sets.ofNumber('protocol', dice.pick([6, 17])),
      sets.ofNumbers('destinationPort', [{ from, to: from + dice.below(100) }]),
    )
  return sets.intersectionOf(parts)
}

interface AddressBlock {
  readonly family: 4 | 6 | undefined
  readonly interval: { readonly from: bigint; readonly to: bigint }
}

/** As single steps of doubling networks. */
function addressesOf(
  sets: PacketSets,
  field: 'source' | 'destination' | 'original',
  { family = 4, interval }: AddressBlock,
): PacketSet {
  const networks: Cidr[] = []
  const bits = family === 4 ? 32 : 128
  for (let base = interval.from; base <= interval.to; ) {
    let size = 1n
    let prefix = bits
    while ((base & size) === 0n && base + size * 2n - 1n <= interval.to && prefix > 0) {
      size *= 2n
      prefix--
    }
    networks.push({ family, base, prefix })
    base += size
  }
  return sets.ofNetworks(field, networks)
}

test.run()
