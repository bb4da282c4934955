/** Texts of YAML with lists of addresses, for comparing two ways to read them. */

import fc from 'fast-check'

const addressText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('10.0.0.1', '10.20.0.0/16', '192.0.2.255/32', '999.1.1.1/99') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('::/0', '2001:db8::1', 'fe80::/10', '::ffff:1.2.3.4/96', 'a:b', ':1', '1e5:3'),
  },
  { weight: 3, arbitrary: fc.constantFrom('"10.0.0.0/8"', "'10.0.0.1'", '"fe80::/10"', "'::1'") },
)
/** What ends a list of addresses, or would if it stood elsewhere. */
const otherText = fc.constantFrom(
  '1.5',
  '1.2.3',
  '12',
  'a: b',
  '10.0.0.1: x',
  'fe80::',
  '2001:db8::',
  '"10.0.0.1',
  "10.0.0.1'",
  "'10.0.0.1''",
  '"10.0.0.1" x',
  '&a 10.0.0.1',
  '!t 10.0.0.1',
  '!!str 10.0.0.1',
  '*a',
  '',
  '- 10.0.0.1',
  '? 10.0.0.1',
  ': 10.0.0.1',
  '[10.0.0.1]',
  '~',
  '10.0.0.1#x',
  '10.0.0.1\t',
  '10.0.0.1\t# x',
  '10.0.0.1\u2028',
  '10.0.0.1 # x\u2028- 10.0.0.1',
  '10.0.0.1\r',
  '|',
  '>-',
  '"',
  '{',
)
const lineEnd = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\n') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(' # why\n', ' #\n', ' \n', '  \n', '\r\n', ' # why\r\n', '\n\n', '\n  \n', '\r\n\r\n'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '\n# why\n',
      '\n    # why\n',
      '\n\n # - 10.0.0.1\n',
      '\n  #\n\n        # deep\n',
      ' # a\n    # b\n',
    ),
  },
)
/** What stands once in a while between items. */
const otherLine = fc.constantFrom(
  '---\n',
  '...\n',
  '\t\n',
  '  \t# x\n',
  'x\n',
  '  x\n',
  '      x\n',
  'k: v\n',
  '  k: v\n',
  '        k: v\n',
  '-\n',
  '  -\n',
  ']\n',
  '"\n',
  "'\n",
  '     - 10.0.0.1\n',
  ' - 10.0.0.1\n',
  '- 10.0.0.1\n',
  '#x\u2028  - 10.0.0.1\n',
  '%x\n',
  '\r',
  '\ufeff\n',
)
const head = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.constantFrom(
      'K:\n',
      'K:\n  k:\n',
      'K:\n  - x\n',
      'K: # why\n',
      '---\nK:\n',
      '- K\n',
      '- k: v\n  K:\n',
      '',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'K: |\n',
      'K: >-\n',
      'K: |+2\n',
      'K: "\n',
      "K: '\n",
      'K: [\n',
      'K: {\n',
      'K: word\n',
      'K: &a\n',
      'K: !!seq\n',
      'K: !t\n',
      '? \n',
      '- - 10.0.0.1\n',
      '-\n',
      '- |\n',
      '...\n',
      '---\n',
      '--- |\n',
      '%YAML 1.1\n---\n',
      '# why\n',
      '\ufeffK:\n',
      '\tK:\n',
      'a: 1\na: 2\n',
      'x\n',
    ),
  },
)

const mostly = fc.integer({ min: 0, max: 5 }).map((number) => number > 0)

/** A list with a head, in which at most one line is not like the others. */
const part = fc
  .record({
    head,
    dash: fc.constantFrom('- ', '  - ', '  - ', '    - ', '    - ', '     - '),
    items: fc.array(fc.tuple(addressText, lineEnd), { minLength: 1, maxLength: 60, size: 'large' }),
    isPure: mostly,
    other: fc.oneof(
      otherText.map((text) => `- ${text}\n`),
      otherLine,
    ),
    at: fc.nat(60),
  })
  .map(({ head, dash, items, isPure, other, at }) => {
    const lines = items.map(([item, end]) => dash + item + end)
    const line = other.startsWith('- ') ? dash + other.slice(2) : other
    return { head, body: (isPure ? lines : [...lines.slice(0, at), line, ...lines.slice(at)]).join('') }
  })

/** Some hold lists of addresses that are long and quite regular and some what only looks like it. */
export const listTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(part, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '---\n'),
    fc.constantFrom('', '', '', '', 'end: 1\n', '  end', '    - 10.0.0.1', '# end'),
  )
  .map(
    ([parts, between, end]) =>
      parts.map(({ head, body }, at) => head.replace('K', `key${at}`) + body).join(between) + end,
  )
