/** The pace of repairs: little scripts, and a long simulated fight. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  initialPace,
  type PaceEffect,
  type PaceEvent,
  type RepairPace,
  stepPace,
} from '../../src/reconcile/repair-pace.ts'

const test = suite('reconcile/repair-pace')

const wanted: PaceEvent = { type: 'wanted' }
const timerFired: PaceEvent = { type: 'timerFired' }
const finished = (result: 'repaired' | 'in-sync' | 'failed', ...processes: readonly string[]): PaceEvent => ({
  type: 'finished',
  result,
  processes,
})

function play(...events: readonly (readonly [atMs: number, event: PaceEvent])[]): {
  readonly state: RepairPace
  readonly effects: readonly PaceEffect[]
} {
  let state = initialPace
  const effects: PaceEffect[] = []
  for (const [atMs, event] of events) {
    const [next, done] = stepPace(state, event, atMs)
    state = next
    effects.push(...done)
  }
  return { state, effects }
}

test('stepPace() repairs at once when it is asked for the first time, and after a rest', () => {
  const { effects } = play(
    [0, wanted],
    [50, finished('repaired', 'nft')],
    [90_000, wanted],
    [90_050, finished('in-sync')],
    [90_300, wanted],
  )
  assert.equal(effects, [{ type: 'startRepair' }, { type: 'startRepair' }, { type: 'startRepair' }])
})

test('stepPace() makes one repair of all that is wanted meanwhile', () => {
  const { effects, state } = play(
    [0, wanted],
    [10, wanted],
    [20, wanted],
    [50, finished('repaired', 'nft')],
    [60, wanted],
    [150, timerFired],
    [200, finished('in-sync')],
  )
  assert.equal(effects, [{ type: 'startRepair' }, { type: 'armTimer', delayMs: 100 }, { type: 'startRepair' }])
  assert.is(state.phase, 'idle')
})

test('stepPace() tries again when a repair failed, later each time', () => {
  const events: (readonly [number, PaceEvent])[] = [[0, wanted]]
  for (let tries = 0; tries < 5; tries++)
    events.push([tries * 5_000, finished('failed')], [tries * 5_000 + 4_000, timerFired])
  const delays = play(...events).effects.flatMap((effect) => (effect.type === 'armTimer' ? [effect.delayMs] : []))
  assert.equal(delays, [100, 200, 400, 800, 1600])
})

test('stepPace() leaves a pause after a comparison that found nothing', () => {
  const { effects } = play([0, wanted], [5, finished('in-sync')], [6, wanted])
  assert.equal(effects, [{ type: 'startRepair' }, { type: 'armTimer', delayMs: 99 }])
})

/** Somebody undoes every repair at once. */
function fightFor(durationMs: number, process: (repair: number) => string): readonly (readonly [number, PaceEffect])[] {
  let state = initialPace
  const told: (readonly [number, PaceEffect])[] = []
  let nowMs = 0
  let timerMs = Number.POSITIVE_INFINITY
  let repairs = 0
  const dispatch = (event: PaceEvent): void => {
    const [next, effects] = stepPace(state, event, nowMs)
    state = next
    for (const effect of effects) {
      told.push([nowMs, effect])
      if (effect.type === 'armTimer') timerMs = nowMs + effect.delayMs
    }
  }
  dispatch(wanted)
  while (nowMs < durationMs + 130_000) {
    if (state.phase === 'repairing') {
      dispatch(finished('repaired', process(repairs++)))
      if (nowMs < durationMs) dispatch(wanted)
    } else if (timerMs < Number.POSITIVE_INFINITY) {
      nowMs = timerMs
      timerMs = Number.POSITIVE_INFINITY
      dispatch(timerFired)
    } else break
  }
  return told
}

test('stepPace() tells of a fight once, slows it down, and tells when it is over', () => {
  const told = fightFor(600_000, () => 'firewalld')
  const repairs = told.filter(([, { type }]) => type === 'startRepair').length
  assert.ok(repairs > 60 && repairs < 120, `${repairs} repairs in ten minutes`)
  const [began, ended, ...more] = told.filter(([, { type }]) => type === 'fightBegan' || type === 'fightEnded')
  assert.equal(more, [])
  assert.equal(began, [3100, { type: 'fightBegan', fight: { process: 'firewalld', sinceMs: 3100, repairs: 6 } }])
  assert.is(ended?.[1].type, 'fightEnded')
  assert.ok((ended?.[0] ?? 0) >= 660_000)
})

test('stepPace() does not call it a fight when each repair has another reason', () => {
  const told = fightFor(60_000, (repair) => `program-${repair}`)
  assert.equal(
    told.filter(([, { type }]) => type === 'fightBegan'),
    [],
  )
})

test('stepPace() ignores what means nothing in its state', () => {
  assert.equal(play([0, timerFired], [1, finished('repaired', 'nft')]), { state: initialPace, effects: [] })
  assert.equal(play([0, wanted], [1, timerFired]).effects, [{ type: 'startRepair' }])
})

test.run()
