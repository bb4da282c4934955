/** The plain values of YAML texts, and that no key of theirs is taken for something else. */

import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse, stringify } from 'yaml'
import { readYaml } from '../../src/document/read-yaml.ts'

const read = (text: string) => readYaml({ path: 'a.yaml', text })
const firstOf = (text: string) => read(text).value[0]?.value

test('readYaml() gives the values that the YAML library gives', () => {
  const texts = [
    'a: 1\nb: [x, "y", null, true, ~]\nc: {d: , e: {}}\n',
    'a:\n- b: |\n    two\n    lines\n- >-\n  folded\n  text\n-\n',
    '"": empty\n? null\n: no key\n1: number\ntrue: word\n',
    '- - 1\n  - [2, [3]]\n- 0x1f\n- 1e3\n- .inf\n',
  ]
  for (const text of texts) assert.equal(firstOf(text), parse(text), text)
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (value) => {
      const text = stringify(value, { aliasDuplicateObjects: false })
      assert.equal(JSON.stringify(firstOf(text)), JSON.stringify(parse(text)))
    }),
    { numRuns: 300 },
  )
})

test('readYaml() takes __proto__ for a key like others', () => {
  const value = firstOf('__proto__: {kind: x}\n')
  assert.equal(Object.entries(value ?? {}), [['__proto__', { kind: 'x' }]])
  assert.is(Reflect.get({ ...Object(value) }, 'kind'), undefined)
})

test('readYaml() points at both places of a repeated key, in small mappings and large ones', () => {
  for (const count of [2, 8, 9, 5000]) {
    const keys = Array.from({ length: count }, (_, index) => `k${index}: 1`)
    const { value, diagnostics } = read([...keys, 'k1: 2', 'k1: 3', ''].join('\n'))
    assert.equal([value[0]?.damaged, diagnostics.length], [true, 2])
    for (const { code, span, notes } of diagnostics) {
      assert.is(code, 'yaml-duplicate-key')
      assert.is(span?.source.text.slice(span.start, span.start + 4), 'k1: ')
      assert.is(notes[0]?.span.start, keys[0]?.length === undefined ? -1 : keys[0].length + 1)
    }
  }
})

test.run()
