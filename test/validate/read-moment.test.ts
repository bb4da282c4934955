import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readMoment } from '../../src/validate/read-moment.ts'

const test = suite('readMoment')

const good: readonly (readonly [text: string, moment: string])[] = [
  ['2030-01-31T18:00:00Z', '2030-01-31T18:00:00.000Z'],
  ['2030-01-31t18:00:00z', '2030-01-31T18:00:00.000Z'],
  ['2030-01-31 18:00:00.25+01:00', '2030-01-31T17:00:00.250Z'],
  ['2028-02-29T23:59:59-00:00', '2028-02-29T23:59:59.000Z'],
]
for (const [text, moment] of good) {
  test(`readMoment() reads ${text}`, () => {
    const read = readMoment(text)
    assert.is(read instanceof Date && read.toISOString(), moment)
  })
}

const bad: readonly (readonly [text: string, why: string])[] = [
  ['2030-01-31', 'the time of day is missing: write 2030-01-31T00:00:00Z, with the zone that is meant'],
  ['2030-01-31T18:00:00', 'the zone is missing: write 2030-01-31T18:00:00Z for UTC, or an offset as +01:00'],
  ['2030-02-30T18:00:00Z', 'there is no such time'],
  ['2030-13-01T18:00:00Z', 'there is no such time'],
  ['2030-01-31T25:00:00Z', 'there is no such time'],
  ['2030-01-31T18:00:60Z', 'there is no such time'],
  ['2030-01-31T18:00Z', 'write it as RFC 3339 does: 2030-01-31T18:00:00Z'],
  ['tomorrow', 'write it as RFC 3339 does: 2030-01-31T18:00:00Z'],
  ['', 'write it as RFC 3339 does: 2030-01-31T18:00:00Z'],
]
for (const [text, why] of bad) {
  test(`readMoment() says what is wrong with "${text}"`, () => assert.is(readMoment(text), why))
}

test.run()
