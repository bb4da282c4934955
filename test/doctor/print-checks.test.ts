import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createStyle } from '../../src/diagnostic/style.ts'
import { notChecked, ok, problem, warning } from '../../src/doctor/check.ts'
import { countChecks, printChecks } from '../../src/doctor/print-checks.ts'

const test = suite('doctor/print-checks')

const checks = [
  ok('nft', '1.0.6'),
  warning('clock', 'nothing keeps it', 'set it'),
  problem('disk', 'it is full', 'make room'),
  notChecked('kernel', 'no right'),
]

test('printChecks() writes one line a check with what to do, and counts', () => {
  assert.is(
    printChecks(checks, createStyle('plain')),
    `ok           nft     1.0.6
warning      clock   nothing keeps it -> set it
problem      disk    it is full -> make room
not checked  kernel  no right

1 problem, 1 warning, 1 not checked
`,
  )
})

test('printChecks() says that there is no problem', () => {
  assert.match(printChecks([ok('nft', '1.0.6')], createStyle('plain')), /\nno problems, no warnings\n$/)
})

test('countChecks() counts each status', () => {
  assert.equal(countChecks(checks), { problems: 1, warnings: 1, unchecked: 1 })
})

test.run()
