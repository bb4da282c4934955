import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createNarrator } from '../../src/demo/narrator.ts'

const test = suite('narrator')

function told(tell: (narrator: ReturnType<typeof createNarrator>) => void): { text: string; failures: number } {
  let text = ''
  const narrator = createNarrator((part) => {
    text += part
  }, 'plain')
  tell(narrator)
  return { text, failures: narrator.failures() }
}

test('createNarrator() numbers chapters and cuts long output when a limit is given', () => {
  const { text } = told((narrator) => {
    narrator.chapter('First')
    narrator.command('list', 'a\n\nb\nc\n', 2)
    narrator.chapter('Second')
  })
  assert.is(text, '\n1. First\n   $ list\n     a\n     b\n     ... 1 more\n\n2. Second\n')
})

test('createNarrator() aligns a table by its widest cells and counts what did not hold', () => {
  const { text, failures } = told((narrator) => {
    narrator.table(
      ['who', 'IPv4'],
      [
        ['the world', { holds: true, text: 'open' }],
        ['me', { holds: false, text: 'refused' }],
      ],
    )
    narrator.verdict({ holds: false, text: 'no' })
    narrator.verdict({ holds: true, text: 'yes' })
  })
  assert.is(text, '   who        IPv4\n   the world  ✓ open\n   me         ✗ refused\n   ✗ no\n   ✓ yes\n')
  assert.is(failures, 2)
})

test.run()
