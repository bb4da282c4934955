import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printMoment } from '../../src/cli/print-moment.ts'

const test = suite('cli/print-moment')

test('printMoment() says when, and how far away in the largest unit that fits', () => {
  const now = new Date('2030-01-02T12:00:00.500Z')
  const cases: readonly (readonly [string, string])[] = [
    ['2030-01-02T12:00:00.400Z', '2030-01-02 12:00:00 UTC (now)'],
    ['2030-01-02T11:59:59.500Z', '2030-01-02 11:59:59 UTC (1 second ago)'],
    ['2030-01-02T11:57:01.000Z', '2030-01-02 11:57:01 UTC (2 minutes ago)'],
    ['2030-01-02T13:59:00+00:00', '2030-01-02 13:59:00 UTC (in 1 hour)'],
    ['2029-12-25T12:00:00Z', '2029-12-25 12:00:00 UTC (8 days ago)'],
  ]
  for (const [time, text] of cases) assert.is(printMoment(time, now), text)
})

test.run()
