/** The picture of bars is what it was (UPDATE_GOLDEN=1 rewrites it), and has every part. */

import { readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Bar, drawStackedBars } from './stacked-bars.ts'

const test = suite('drawStackedBars')
const golden = new URL('./stacked-bars.svg', import.meta.url)
const bars: readonly Bar[] = [
  {
    label: '100 rules',
    parts: [
      { name: 'fetch', ms: 40 },
      { name: 'read & check', ms: 12.34 },
      { name: 'apply', ms: 10 },
    ],
  },
  {
    label: '1,000 rules',
    parts: [
      { name: 'fetch', ms: 41 },
      { name: 'compile', ms: 900 },
      { name: 'apply', ms: 359 },
    ],
  },
]

test('drawStackedBars() draws what it drew before', () => {
  const drawn = drawStackedBars('From commit to packet', bars)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, drawn)
  assert.is(drawn, readFileSync(golden, 'utf8'))
})

test('drawStackedBars() gives the same stage the same colour, and each one a legend', () => {
  const drawn = drawStackedBars('title', bars)
  const colours = (name: string) =>
    [...drawn.matchAll(new RegExp(`fill="(#\\w+)"><title>${name}:`, 'g'))].map(([, colour]) => colour)
  assert.is(new Set(colours('apply')).size, 1)
  assert.is(colours('apply').length, 2)
  for (const name of ['fetch', 'read &amp; check', 'compile', 'apply']) assert.ok(drawn.includes(`>${name}</text>`))
  assert.ok(drawn.includes('>1.3 s</text>'))
})

test('drawStackedBars() draws a single bar of nothing', () => {
  assert.ok(drawStackedBars('nothing', [{ label: 'none', parts: [] }]).includes('>0 ms</text>'))
})

test.run()
