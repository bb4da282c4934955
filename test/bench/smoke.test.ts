/** Measurements in small: each mechanism of the bench works, and answers just what it asks. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { apply } from './measure-apply.ts'
import { change } from './measure-change.ts'
import { commit } from './measure-commit.ts'
import { fleet } from './measure-fleet.ts'
import { idle } from './measure-idle.ts'
import type { Measurement } from './measurement.ts'
import { setUpWorkbench } from './workbench.ts'

const test = suite('bench')
const pace = { scale: 'quick', runs: 1 } as const
const kernel = kernelAvailable()

if (kernel.ok) {
  const workbench = await setUpWorkbench()

  test('every measurement answers just what it asks, with a number for each round', async () => {
    // side by side: most of the time they wait
    await Promise.all([apply, change, fleet, idle, commit].map(answers))
  })

  async function answers(measurement: Measurement): Promise<void> {
    const { figures, pictures } = await measurement.take(workbench, pace)
    const asked = measurement.questions('quick')
    assert.equal(
      figures.map(({ samples: _, besideSamples: __, ...question }) => question),
      asked,
    )
    for (const { what, unit, samples, beside, besideSamples } of figures) {
      // an agent at rest may do nothing at all for a moment
      const isMeasured = (sample: number) =>
        Number.isFinite(sample) && (unit === '% of a core' ? sample >= 0 : sample > 0)
      assert.ok(samples.length > 0 && samples.every(isMeasured), what)
      assert.is(besideSamples.length, beside === undefined ? 0 : samples.length, what)
    }
    assert.is(pictures.length, measurement === commit ? 1 : 0)
    for (const { svg } of pictures) assert.match(svg, /^<svg [\s\S]*>fetch<\/text>[\s\S]*<\/svg>\n$/)
  }
} else skipLoudly(kernel.reason)

test.run()
