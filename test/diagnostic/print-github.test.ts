import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { diagnose } from '../../src/diagnostic/diagnostic.ts'
import { printDiagnosticsGithub } from '../../src/diagnostic/print-github.ts'

const source = { path: 'a,b/100%:x.yaml', text: 'spec:\n  role: web\n  tail: x\n' }
const at = (text: string) => ({
  source,
  start: source.text.indexOf(text),
  end: source.text.indexOf(text) + text.length,
})

test('printDiagnosticsGithub() escapes what would end a property or a line', () => {
  const diagnostic = diagnose('invalid-value', { message: '50% no::\r\nreally, a:b', span: at('web') })
  assert.is(
    printDiagnosticsGithub([diagnostic], ''),
    '::error file=a%2Cb/100%25%3Ax.yaml,line=2,col=9,endColumn=12,title=invalid-value::50%25 no::%0D%0Areally, a:b\n',
  )
})

test('printDiagnosticsGithub() names files from the root of the checkout, notes too', () => {
  const notes = [{ span: at('spec'), message: 'first' }]
  const diagnostic = diagnose('equal-order', { message: 'both', span: at('role: web\n  tail: x\n'), notes })
  assert.is(
    printDiagnosticsGithub([diagnostic], 'policies/'),
    '::warning file=policies/a%2Cb/100%25%3Ax.yaml,line=2,endLine=3,title=equal-order::both%0Afirst: policies/a,b/100%25:x.yaml:1:1\n',
  )
})

test('printDiagnosticsGithub() says what has no place, and nothing when there is nothing', () => {
  const diagnostic = diagnose('no-documents', { message: 'none', span: undefined })
  assert.is(printDiagnosticsGithub([diagnostic], 'x/'), '::error title=no-documents::none\n')
  assert.is(printDiagnosticsGithub([], ''), '')
})

test.run()
