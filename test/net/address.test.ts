/** Addresses: strict reading, RFC 5952 printing, round trips of both families. */

import { isIP } from 'node:net'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printAddress, readAddress, readAnyAddress, sameAddress } from '../../src/net/address.ts'

const test = suite('address')

const refused: readonly string[] = [
  ...[
    '',
    ' ',
    '.',
    ':',
    '::1 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '256.1.1.1',
  ],
  ...[
    '01.2.3.4',
    '1.2.3.04',
    '00.0.0.0',
    '1.2.3.-4',
    '+1.2.3.4',
    '0x1.2.3.4',
    '1e1.2.3.4',
    '1234',
    '1.2.3.4/32',
    '１.2.3.4',
  ],
  ...[
    ':::',
    '1::2::3',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
  ],
  ...[
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '1:',
    ':1',
    '12345::',
    'g::',
    '::0x1',
    'fe80::1%eth0',
    'fe80::1%2',
    '[::1]',
    '::1/128',
  ],
  ...[
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6:7::1.2.3.4',
    '::1.2.3',
    '::1.2.3.04',
    '::256.2.3.4',
    '1.2.3.4:5::',
  ],
]

for (const text of refused) {
  test(`readAddress() gives nothing when the text is ${JSON.stringify(text)}`, () => {
    assert.is(readAddress(text), undefined)
    assert.is(readAnyAddress(text), undefined)
  })
}

/** Text and its canonical form. */
const canonical: readonly (readonly [string, string])[] = [
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['128.0.0.1', '128.0.0.1'],
  ['::', '::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8:0:0:0:0:0:00AF', '2001:db8::af'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ['::1.2.3.4', '::102:304'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
]

for (const [text, printed] of canonical) {
  test(`printAddress() gives ${printed} when ${text} was read`, () => {
    const address = readAddress(text)
    assert.ok(address)
    assert.is(printAddress(address), printed)
  })
}

test('readAddress() refuses what readAnyAddress() takes when IPv4 is mapped into IPv6', () => {
  for (const text of ['::ffff:1.2.3.4', '::FFFF:102:304', '0:0:0:0:0:ffff:0:0']) {
    assert.is(readAddress(text), undefined)
    assert.is(readAnyAddress(text)?.family, 6)
  }
  assert.ok(readAddress('::fffe:1.2.3.4'))
  assert.ok(readAddress('::1:ffff:1.2.3.4'))
})

test('sameAddress() tells families apart when values are equal', () => {
  assert.ok(sameAddress({ family: 6, value: 1n }, { family: 6, value: 1n }))
  assert.not(sameAddress({ family: 4, value: 1n }, { family: 6, value: 1n }))
})

/** Groups are often zero, so that every shape of `::` occurs. */
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
const ipv6 = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce((value, part) => (value << 16n) | BigInt(part), 0n))

test('readAnyAddress() gives the address back when it reads printed text', () => {
  const address = fc.oneof(
    fc.bigInt(0n, 2n ** 32n - 1n).map((value) => ({ family: 4 as const, value })),
    ipv6.map((value) => ({ family: 6 as const, value })),
  )
  fc.assert(
    fc.property(address, (address) => {
      const text = printAddress(address)
      assert.equal(readAnyAddress(text), address)
      if (address.family === 6) assert.is(text, hexOnly(new URL(`http://[${text}]/`).hostname))
    }),
    { numRuns: 2000 },
  )
})

/** The URL standard prints IPv6 by the same rules, in brackets. */
function hexOnly(hostname: string): string {
  return hostname.slice(1, -1)
}

test('readAnyAddress() accepts what node:net accepts when text has no zone', () => {
  const piece = fc.constantFrom('0', '1', '255', '256', '01', 'ffff', 'g', ':', '::', '.', '1.2.3.4', '')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), fc.constantFrom('', ':', '.'), (pieces, joint) => {
      const text = pieces.join(joint)
      assert.is(readAnyAddress(text)?.family ?? 0, isIP(text), text)
    }),
    { numRuns: 5000 },
  )
})

test.run()
