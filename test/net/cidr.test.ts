/** Networks: strict reading, host bits, intervals. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Address, addressBits } from '../../src/net/address.ts'
import { cidrInterval, hostCidr, intervalPrefix, networkOf, printCidr, readCidr } from '../../src/net/cidr.ts'
import type { Family } from '../../src/net/family.ts'

const test = suite('cidr')

for (const text of [
  '',
  '/',
  '/24',
  '10.0.0/8',
  '010.0.0.0/8',
  'fe80::1%eth0/64',
  '::ffff:1.2.3.4/128',
  ' 10.0.0.0/8',
  'eth0',
]) {
  test(`readCidr() blames the address when the text is ${JSON.stringify(text)}`, () => {
    assert.equal(readCidr(text), { type: 'bad-address' })
  })
}

for (const prefix of ['', '33', '08', '-1', '+8', '8 ', '8/8', '255.0.0.0', '1e1', '999999999999']) {
  test(`readCidr() blames the prefix when it is ${JSON.stringify(prefix)}`, () => {
    assert.equal(readCidr(`10.0.0.0/${prefix}`), { type: 'bad-prefix' })
  })
}

test('readCidr() takes 128 for IPv6 only when the prefix is long', () => {
  assert.equal(readCidr('::/129'), { type: 'bad-prefix' })
  assert.is(readCidr('::/128').type, 'cidr')
})

test('readCidr() masks and reports host bits when there are some', () => {
  const cidr = { family: 4, base: 0x0a000000n, prefix: 24 }
  assert.equal(readCidr('10.0.0.5/24'), { type: 'cidr', cidr, hasHostBits: true, hasMask: true })
  assert.equal(readCidr('10.0.0.0/24'), { type: 'cidr', cidr, hasHostBits: false, hasMask: true })
})

test('readCidr() takes a bare address as one host when there is no mask', () => {
  const cidr = { family: 6, base: 1n, prefix: 128 }
  assert.equal(readCidr('::1'), { type: 'cidr', cidr, hasHostBits: false, hasMask: false })
  assert.equal(hostCidr({ family: 6, value: 1n }), cidr)
})

test('cidrInterval() covers the whole family when the prefix is 0', () => {
  assert.equal(cidrInterval({ family: 4, base: 0n, prefix: 0 }), { from: 0n, to: 2n ** 32n - 1n })
  assert.equal(cidrInterval({ family: 6, base: 0n, prefix: 0 }), { from: 0n, to: 2n ** 128n - 1n })
})

test('intervalPrefix() gives nothing when the interval is no single network', () => {
  assert.is(intervalPrefix({ from: 1n, to: 2n }, 4), undefined)
  assert.is(intervalPrefix({ from: 0n, to: 2n }, 4), undefined)
  assert.is(intervalPrefix({ from: 2n, to: 3n }, 4), 31)
})

const anyAddress: fc.Arbitrary<Address> = fc
  .constantFrom<Family>(4, 6)
  .chain((family) => fc.bigInt(0n, 2n ** BigInt(addressBits(family)) - 1n).map((value) => ({ family, value })))
const anyNetwork = fc.tuple(anyAddress, fc.nat({ max: 128 })).map(([address, length]) => ({
  address,
  cidr: networkOf(address, Math.min(length, addressBits(address.family))),
}))

test('readCidr() gives the network back when it reads printed text', () => {
  const unmapped = anyNetwork.filter(({ cidr }) => cidr.family === 4 || cidr.base >> 32n !== 0xffffn)
  fc.assert(
    fc.property(unmapped, ({ cidr }) => {
      assert.equal(readCidr(printCidr(cidr)), { type: 'cidr', cidr, hasHostBits: false, hasMask: true })
    }),
    { numRuns: 500 },
  )
})

test('networkOf() contains the address and its interval has its prefix when both are random', () => {
  fc.assert(
    fc.property(anyNetwork, ({ address, cidr }) => {
      const interval = cidrInterval(cidr)
      assert.ok(interval.from <= address.value && address.value <= interval.to)
      assert.is(intervalPrefix(interval, cidr.family), cidr.prefix)
    }),
    { numRuns: 500 },
  )
})

test.run()
