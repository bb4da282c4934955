import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSingleSignature, readArmor } from '../../src/adapters/pgp-packets.ts'

const test = suite('adapters/pgp-packets')

test('readArmor() joins the blocks of one title, without headers, checksums and what stands between', () => {
  const block = (title: string, data: string) =>
    `-----BEGIN ${title}-----\r\nVersion: x\r\n\r\n${data}\r\n=abcd\r\n-----END ${title}-----\r\n`
  const text = `Ada's keys\n${block('A', 'b25l')}${block('B', 'bm8=')}--\n${block('A', 'IHR3\r\nbw==')}`
  assert.is(readArmor(text, 'A').toString(), 'one two')
  assert.is(readArmor('-----BEGIN A-----\n\nb25l\n', 'A').length, 0)
})

test('isSingleSignature() takes one packet of tag 2 with every form of length, whole and alone', () => {
  const body = (sizeBytes: number) => Buffer.alloc(sizeBytes, 7)
  const packet = (header: readonly number[], sizeBytes: number) => Buffer.concat([Buffer.from(header), body(sizeBytes)])
  const forms = [
    packet([0x88, 5], 5),
    packet([0x89, 1, 0], 256),
    packet([0x8a, 0, 0, 0, 5], 5),
    packet([0xc2, 191], 191),
    packet([0xc2, 192, 8], 200),
    packet([0xc2, 193, 0], 448),
    packet([0xc2, 255, 0, 0, 1, 0], 256),
  ]
  for (const whole of forms) {
    const shown = whole.toString('hex', 0, 6)
    assert.ok(isSingleSignature(whole), shown)
    assert.not.ok(isSingleSignature(whole.subarray(0, -1)), shown)
    assert.not.ok(isSingleSignature(Buffer.concat([whole, Buffer.from([0])])), shown)
  }
})

test('isSingleSignature() refuses other packets, lengths that are not known, and nothing', () => {
  for (const bytes of [
    [],
    [2],
    [0x88],
    [0x8b, 0],
    [0xcb, 1, 0],
    [0xc2, 224, 0],
    [0xc2, 255],
    [0xac, 1, 0],
    [0xc2, 192],
  ]) {
    assert.not.ok(isSingleSignature(Buffer.from(bytes)), bytes.join())
  }
})

test.run()
