/** Figures are judged and printed right. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Figure, judge, measured } from './figure.ts'
import { printFigures } from './print-figures.ts'
import { printStages } from './print-stages.ts'

const test = suite('figures')

const ratio: Figure = {
  what: 'one rule changed',
  unit: 'ms',
  beside: 'plain nft',
  target: { of: 'ratio', most: 3 },
  samples: [30, 90, 31],
  besideSamples: [10, 40, 10],
}

const excess: Figure = {
  what: 'reading',
  unit: 'ms',
  beside: 'the bare parse',
  target: { of: 'excess', most: 3000 },
  samples: [6000, 7000, 9500],
  besideSamples: [3500, 3900, 3800],
}

const value: Figure = {
  what: 'memory',
  unit: 'MiB',
  target: { of: 'value', most: 90 },
  samples: [90.04, 89, 91],
  besideSamples: [],
}

const free: Figure = { what: 'no promise', unit: '% of a core', samples: [0.01], besideSamples: [] }
const growth: Figure = {
  what: 'growth',
  unit: 'exponent',
  target: { of: 'value', most: 1.1 },
  samples: [1.02],
  besideSamples: [],
}

test('measured() compares within a round', () => {
  assert.equal(measured(ratio, 'ratio'), { median: 3, min: 2.25, max: 3.1, count: 3 })
  assert.equal(measured(excess, 'excess'), { median: 3100, min: 2500, max: 5700, count: 3 })
})

test('measured() throws when a round lacks what is beside it', () => {
  assert.throws(() => measured({ ...ratio, besideSamples: [10] }, 'ratio'), /every round/)
})

test('judge() takes the median, and a bound that is just held as met', () => {
  assert.is(judge(ratio), 'met')
  assert.is(judge({ ...ratio, samples: [30, 90, 30.1], besideSamples: [10, 10, 10] }), 'missed')
  assert.is(judge(excess), 'missed')
  assert.is(judge(value), 'missed')
  assert.is(judge(growth), 'met')
  assert.is(judge(free), 'no target')
})

test('printFigures() writes a table in which every cell has its unit', () => {
  assert.is(
    printFigures([ratio, excess, value, free, growth]),
    `|                  | median (range)           | beside it              | ratio (range)       | target                |        |
| ---------------- | ------------------------ | ---------------------- | ------------------- | --------------------- | ------ |
| one rule changed | 31 ms (30 to 90)         | 10 ms: plain nft       | 3.00 (2.25 to 3.10) | at most 3 x           | met    |
| reading          | 7.00 s (6.00 to 9.50)    | 3.80 s: the bare parse | 1.79 (1.71 to 2.50) | at most 3 s beyond it | missed |
| memory           | 90.0 MiB (89.0 to 91.0)  |                        |                     | at most 90 MiB        | missed |
| no promise       | 0.010 % (0.010 to 0.010) |                        |                     |                       |        |
| growth           | 1.02 (1.02 to 1.02)      |                        |                     | at most 1.1           | met    |
`,
  )
})

test('printFigures() writes what takes less than a millisecond in smaller units', () => {
  const packet = { ...ratio, what: 'a packet', samples: [0.0032, 0.0034, 0.0033], besideSamples: [0.08, 0.09, 0.085] }
  assert.match(printFigures([packet]), /3300 ns \(3200 to 3400\) \| 85\.0 µs: plain nft/)
})

test('printStages() takes a stage that a round did not come to as no time', () => {
  const rounds = [
    [
      { name: 'fetch', durationMs: 1 },
      { name: 'read', durationMs: 3 },
    ],
    [{ name: 'read', durationMs: 30 }],
  ]
  const lines = printStages('stages', rounds).split('\n')
  assert.match(lines[1] ?? '', /^ {2}fetch +13 % +0\.5 +0\.0 +1\.0$/)
  assert.match(lines[2] ?? '', /^ {2}read +88 % +17 +3\.0 +30$/)
})

test.run()
