/** Random selectors and label sets for property tests; labels and values come from a small stock, so that they often meet. */

import fc from 'fast-check'
import type { Selector } from '../../src/selector/selector.ts'
import { valueSet } from '../../src/selector/value-set.ts'

const label = fc.oneof(
  fc.constantFrom('a', 'b', 'in', 'not', 'has', 'all', 'starts', 'contains', '-', 'x.y/z_1'),
  fc.stringMatching(/^[a-zA-Z0-9_./-]{1,12}$/),
)
const value = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', '"', "it's", ' ', '\n', '\u{1F600}', '\uFB01'),
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !(text.includes('"') && text.includes("'"))),
)

/** Objects as the reader makes them, comparable by deep equality. */
const plain = { noNullPrototype: true }

const leaf: fc.Arbitrary<Selector> = fc.oneof(
  fc.constantFrom<Selector>({ type: 'all' }, { type: 'global' }),
  fc.record({ type: fc.constant('has' as const), label }, plain),
  fc.record(
    {
      type: fc.constant('compare' as const),
      label,
      operator: fc.constantFrom('==', '!=', 'contains', 'starts with', 'ends with'),
      value,
    },
    plain,
  ),
  fc.record(
    {
      type: fc.constantFrom('in' as const, 'not in' as const),
      label,
      values: fc.array(value, { maxLength: 4 }).map(valueSet),
    },
    plain,
  ),
)

/** Any selector, a `not` directly in a `not` included. */
export const anySelector: fc.Arbitrary<Selector> = fc.letrec<{ selector: Selector }>((tie) => ({
  selector: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({ type: fc.constant('not' as const), operand: tie('selector') }, plain),
    fc.record(
      {
        type: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(tie('selector'), { minLength: 2, maxLength: 3 }),
      },
      plain,
    ),
  ),
})).selector

export const anyLabels: fc.Arbitrary<ReadonlyMap<string, string>> = fc
  .array(fc.tuple(label, value), { maxLength: 5 })
  .map((entries) => new Map(entries))

/** Whether a `not` stands directly in a `not`, which canonical text cannot tell from no `not` at all. */
export function hasDoubleNot(selector: Selector): boolean {
  switch (selector.type) {
    case 'not':
      return selector.operand.type === 'not' || hasDoubleNot(selector.operand)
    case 'and':
    case 'or':
      return selector.operands.some(hasDoubleNot)
    default:
      return false
  }
}
