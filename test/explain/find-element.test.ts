import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findElement, type KeyValue } from '../../src/explain/find-element.ts'
import { readAddress } from '../../src/net/address.ts'

const test = suite('find-element')

const address = (text: string): KeyValue => ({ text, number: readAddress(text)?.value })
const number = (value: number): KeyValue => ({ text: String(value), number: BigInt(value) })

test('findElement() gives the element as it is written', () => {
  const set = new Set(['10.0.0.0/8', '192.0.2.4-192.0.2.6', '192.0.2.8'])
  assert.is(findElement(set, [address('10.1.2.3')]), '10.0.0.0/8')
  assert.is(findElement(set, [address('192.0.2.5')]), '192.0.2.4-192.0.2.6')
  assert.is(findElement(set, [address('192.0.2.8')]), '192.0.2.8')
  assert.is(findElement(set, [address('192.0.2.7')]), undefined)
})

test('findElement() finds every address of the whole of a family', () => {
  for (const text of ['0.0.0.0', '255.255.255.255']) assert.is(findElement(['0.0.0.0/0'], [address(text)]), '0.0.0.0/0')
  for (const text of ['::', 'ffff::ffff']) assert.is(findElement(['::/0'], [address(text)]), '::/0')
})

test('findElement() finds concatenated keys, exact ones and those with intervals', () => {
  const elements = new Map([
    ['192.0.2.1 . 6 . 80', 1],
    ['10.0.0.0/8 . 6 . 8000-8010', 2],
    ['10.0.0.1-10.0.0.2 . 17 . 53', 3],
  ])
  const find = (from: string, protocol: number, port: number) =>
    elements.get(findElement(elements, [address(from), number(protocol), number(port)]) ?? '')
  assert.equal([find('192.0.2.1', 6, 80), find('10.9.9.9', 6, 8010), find('10.0.0.2', 17, 53)], [1, 2, 3])
  assert.equal(
    [find('192.0.2.1', 17, 80), find('10.9.9.9', 6, 8011), find('10.0.0.3', 17, 53)],
    [undefined, undefined, undefined],
  )
})

test('findElement() takes a name with a dash for a name', () => {
  assert.is(findElement(new Set(['"br-lan"']), [{ text: '"br-lan"', number: undefined }]), '"br-lan"')
  assert.is(findElement(new Set(['"br-lan"']), [{ text: '"br"', number: undefined }]), undefined)
})

test.run()
