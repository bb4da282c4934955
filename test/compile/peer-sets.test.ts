/** In which sets rules look up their peers: single addresses, few networks, many networks. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fewIntervals, peerLookups, peerSets } from '../../src/compile/peer-sets.ts'
import { printAddress } from '../../src/net/address.ts'
import { networkOf, readCidr } from '../../src/net/cidr.ts'
import type { Peers } from '../../src/policy/host-view.ts'

const test = suite('peer-sets')

function peersOf(...nets: readonly string[]): Peers {
  const read = nets.map(readCidr).flatMap((reading) => (reading.type === 'cidr' ? [reading.cidr] : []))
  const networks = { 4: read.filter(({ family }) => family === 4), 6: read.filter(({ family }) => family === 6) }
  return { selector: "role == 'x'", networks }
}

/** By prefix length, or `-` where the lookup has no netmask. */
function formsOf(peers: Peers, family: 4 | 6, mostIntervals: number): Readonly<Record<string, readonly string[]>> {
  const lookups = peerLookups(peers, family, mostIntervals)
  const names = lookups.map((among) => ('name' in among ? among.name : ''))
  const sets = new Map(
    peerSets([peers], { used: new Set(names), mostIntervals }).map((set) => [set.name, [...set.elements]]),
  )
  const labels = lookups.map((among) => (among.type === 'networks' ? String(among.prefix) : '-'))
  return Object.fromEntries(labels.map((label, at) => [label, sets.get(names[at] ?? '') ?? []]))
}

test('peerLookups() looks single addresses up in one set, whatever the limit', () => {
  const peers = peersOf('10.0.0.1', '10.0.0.9', '2001:db8::1')
  assert.equal(formsOf(peers, 4, 0), { '-': ['10.0.0.1', '10.0.0.9'] })
  assert.equal(formsOf(peers, 6, 0), { '-': ['2001:db8::1'] })
  assert.equal(peerLookups(peersOf('10.0.0.1'), 6, 0), [])
})

test('peerLookups() looks few networks up as intervals', () => {
  const peers = peersOf('10.0.0.0/24', '10.0.1.0/25', '10.0.7.7')
  assert.equal(formsOf(peers, 4, 2), { '-': ['10.0.0.0-10.0.1.127', '10.0.7.7'] })
})

test('peerLookups() spreads many networks over sets by prefix length, no address in two of them', () => {
  const peers = peersOf('10.0.0.0/24', '10.0.0.0/25', '10.0.1.0/25', '10.0.7.7', '2001:db8::/32', '2001:db8:8000::/33')
  assert.equal(formsOf(peers, 4, 0), { '-': ['10.0.7.7'], 25: ['10.0.1.0'], 24: ['10.0.0.0'] })
  assert.equal(formsOf(peers, 6, 0), { 32: ['2001:db8::'] })
})

test('peerSets() leaves out what no rule looks up', () => {
  assert.equal(peerSets([peersOf('10.0.0.0/8')], { used: new Set(), mostIntervals: 0 }), [])
})

test('peerSets() changes few elements of few sets when one of many networks comes or goes', () => {
  const nets = Array.from({ length: 2 * fewIntervals }, (_, at) => {
    const base = printAddress({ family: 4, value: BigInt(0x0a000000 + at * 1024) })
    return `${base}/${24 + (at % 7)}`
  })
  const elementsOf = (peers: Peers): ReadonlySet<string> => {
    const used = new Set(peerLookups(peers, 4, fewIntervals).map((among) => ('name' in among ? among.name : '')))
    const sets = peerSets([peers], { used, mostIntervals: fewIntervals })
    return new Set(sets.flatMap(({ name, elements }) => [...elements].map((element) => `${name} ${element}`)))
  }
  const before = elementsOf(peersOf(...nets))
  const after = elementsOf(peersOf(...nets.slice(1), '172.16.0.0/12'))
  assert.is([...before].filter((element) => !after.has(element)).length, 1)
  assert.is([...after].filter((element) => !before.has(element)).length, 1)
})

test('networkOf() of every address of a peer is in exactly one set', () => {
  const peers = peersOf('10.0.0.0/23', '10.0.2.0/26', '10.0.2.64')
  const lookups = peerLookups(peers, 4, 0)
  const sets = peerSets([peers], {
    used: new Set(lookups.map((among) => ('name' in among ? among.name : ''))),
    mostIntervals: 0,
  })
  for (let value = 0x09ffff00n; value < 0x0a000400n; value += 1n) {
    const found = lookups.filter((among) => {
      const prefix = among.type === 'networks' ? among.prefix : 32
      const first = printAddress({ family: 4, value: networkOf({ family: 4, value }, prefix).base })
      return sets.find(({ name }) => 'name' in among && name === among.name)?.elements.has(first)
    })
    assert.is(found.length, value >= 0x0a000000n && value <= 0x0a000240n ? 1 : 0)
  }
})

test.run()
