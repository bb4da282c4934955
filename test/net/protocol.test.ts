/** Protocols: names, numbers, and which of them have ports. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasPorts, printProtocol, protocolNumbers, readProtocol } from '../../src/net/protocol.ts'

const test = suite('protocol')

test('readProtocol() gives the number when the name is known', () => {
  assert.is(readProtocol('TCP'), 6)
  assert.is(readProtocol('ICMPv6'), 58)
  assert.is(readProtocol('UDPLite'), 136)
})

test('readProtocol() takes 1 to 255 when it is a number or its text', () => {
  for (const number of [1, 6, 47, 255]) {
    assert.is(readProtocol(number), number)
    assert.is(readProtocol(String(number)), number)
  }
})

for (const value of [
  0,
  256,
  -1,
  1.5,
  Number.NaN,
  '',
  '0',
  '256',
  '1.5',
  ' 6',
  '6 ',
  '+6',
  '0x6',
  'tcp',
  'Tcp',
  'IGMP',
  'toString',
]) {
  test(`readProtocol() gives nothing when the value is ${JSON.stringify(value)}`, () => {
    assert.is(readProtocol(value), undefined)
  })
}

test('printProtocol() gives text that reads back when the number is in range', () => {
  for (let number = 1; number <= 255; number++) assert.is(readProtocol(printProtocol(number)), number)
  for (const [name, number] of protocolNumbers) assert.is(printProtocol(number), name)
})

test('hasPorts() is true for TCP, UDP and SCTP only when every number is asked', () => {
  const numbers = Array.from({ length: 256 }, (_, number) => number)
  assert.equal(numbers.filter(hasPorts), [6, 17, 132])
})

test.run()
