/** The loop: little scripts for what it does, and a search over everything that can happen to it for what it never does. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  backoffMs,
  initialLoopState,
  type LoopEffect,
  type LoopEvent,
  type LoopState,
  step,
} from '../../src/reconcile/loop.ts'
import type { Trigger } from '../../src/reconcile/outcome.ts'

const test = suite('reconcile/loop')

const requested = (trigger: Trigger): LoopEvent => ({ type: 'requested', trigger })
const finished = (outcome: 'converged' | 'invalid' | 'failed', jitter = 1): LoopEvent => ({
  type: 'finished',
  outcome,
  jitter,
})
const timerFired: LoopEvent = { type: 'timerFired' }
const stop: LoopEvent = { type: 'stop' }

function play(...events: readonly LoopEvent[]): { readonly state: LoopState; readonly effects: readonly LoopEffect[] } {
  let state = initialLoopState
  const effects: LoopEffect[] = []
  for (const event of events) {
    const [next, done] = step(state, event)
    state = next
    effects.push(...done)
  }
  return { state, effects }
}

const starts = (effects: readonly LoopEffect[]): readonly (readonly Trigger[])[] =>
  effects.flatMap((effect) => (effect.type === 'startRun' ? [effect.triggers] : []))
const delays = (effects: readonly LoopEffect[]): readonly number[] =>
  effects.flatMap((effect) => (effect.type === 'armTimer' ? [effect.delayMs] : []))

test('step() starts a run at once when a request finds it idle', () => {
  assert.equal(play(requested('start')).effects, [{ type: 'startRun', triggers: ['start'] }])
})

test('step() merges the requests of a run into one that follows it', () => {
  const { effects } = play(
    requested('start'),
    requested('webhook'),
    requested('drift'),
    requested('webhook'),
    finished('converged'),
  )
  assert.equal(starts(effects), [['start'], ['webhook', 'drift']])
})

test('step() waits longer after each failure when nobody asks in between', () => {
  const round = [finished('failed'), timerFired]
  const { effects } = play(requested('start'), ...Array.from({ length: 11 }, () => round).flat())
  assert.equal(
    delays(effects),
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000),
  )
  assert.equal(
    starts(effects).slice(1),
    Array.from({ length: 11 }, () => ['retry']),
  )
})

test('step() starts the backoff anew when a run succeeded', () => {
  const { effects } = play(
    requested('start'),
    finished('failed'),
    timerFired,
    finished('failed'),
    timerFired,
    finished('converged'),
    requested('schedule'),
    finished('failed'),
  )
  assert.equal(delays(effects), [1000, 2000, 1000])
})

test('step() does not wait when a request comes during the backoff', () => {
  const { effects } = play(requested('start'), finished('failed'), requested('webhook'))
  assert.equal(effects.slice(2), [{ type: 'cancelTimer' }, { type: 'startRun', triggers: ['webhook'] }])
})

test('step() keeps counting failures when requests come in between', () => {
  const { effects } = play(
    requested('start'),
    finished('failed'),
    requested('webhook'),
    requested('sync'),
    finished('failed'),
    finished('failed'),
  )
  assert.equal(delays(effects), [1000, 4000])
})

test('step() does not retry when the policy is invalid', () => {
  assert.equal(play(requested('start'), finished('invalid')), {
    state: { type: 'idle' },
    effects: [{ type: 'startRun', triggers: ['start'] }],
  })
})

test('step() lets the run finish before it exits when it is stopped', () => {
  const during = play(requested('start'), requested('sync'), stop)
  assert.equal(during.state, { type: 'stopping' })
  assert.equal(starts(during.effects), [['start']])
  assert.equal(play(requested('start'), requested('sync'), stop, finished('failed')).effects.at(-1), { type: 'exit' })
})

test('backoffMs() spreads over the upper half when the jitter varies', () => {
  assert.equal(
    [0, 0.5, 1].map((jitter) => backoffMs(0, jitter)),
    [500, 750, 1000],
  )
  assert.is(backoffMs(9, 1), 300_000)
})

/** What an observer knows who sees only events and effects. */
interface World {
  readonly state: LoopState
  readonly running: boolean
  readonly timer: boolean
  readonly stopAsked: boolean
  readonly exited: boolean
  /** Requests that no run has taken up yet. */
  readonly unserved: readonly Trigger[]
}

const everyEvent: readonly LoopEvent[] = [
  requested('schedule'),
  requested('webhook'),
  requested('drift'),
  finished('converged', 0),
  finished('invalid', 0.5),
  finished('failed', 1),
  timerFired,
  stop,
]

/** A run ends only when one is there; a cancelled timer may still fire once, so `timerFired` can always come. */
function canHappen(world: World, event: LoopEvent): boolean {
  return event.type !== 'finished' || world.running
}

function observe(world: World, event: LoopEvent): World {
  const [state, effects] = step(world.state, event)
  let { running, timer, exited, unserved } = world
  const stopAsked = world.stopAsked || event.type === 'stop'
  if (event.type === 'finished') running = false
  if (event.type === 'timerFired') timer = false
  if (event.type === 'requested' && !stopAsked && !unserved.includes(event.trigger))
    unserved = [...unserved, event.trigger]
  for (const effect of effects) {
    assert.not(exited, 'nothing is done after the exit')
    switch (effect.type) {
      case 'startRun':
        assert.not(running, 'one run at a time')
        assert.not(stopAsked, 'no run starts after stop')
        for (const trigger of unserved)
          assert.ok(effect.triggers.includes(trigger), `${trigger} is served by the next run`)
        assert.ok(effect.triggers.length > 0)
        running = true
        unserved = []
        break
      case 'armTimer':
        assert.not(timer, 'one timer at a time')
        assert.ok(effect.delayMs >= 500 && effect.delayMs <= 300_000)
        timer = true
        break
      case 'cancelTimer':
        assert.ok(timer, 'only an armed timer is cancelled')
        timer = false
        break
      case 'exit':
        assert.not(running || timer, 'nothing is left at the exit')
        assert.ok(stopAsked)
        exited = true
    }
  }
  if (event.type === 'finished' && event.outcome === 'failed' && !stopAsked)
    assert.ok(running || timer, 'a failure is tried again')
  if (unserved.length > 0 && !stopAsked) assert.ok(running, 'a request waits only for a run')
  if (stopAsked && !running) assert.ok(exited, 'stop ends it as soon as no run is left')
  assert.is(state.type === 'running' || state.type === 'stopping', running)
  assert.is(state.type === 'waiting', timer)
  return { state, running, timer, stopAsked, exited, unserved }
}

test('step() runs one at a time, loses no request and leaves nothing behind in every reachable state', () => {
  const first: World = {
    state: initialLoopState,
    running: false,
    timer: false,
    stopAsked: false,
    exited: false,
    unserved: [],
  }
  const seen = new Set([JSON.stringify(first)])
  const open: World[] = [first]
  for (let world = open.pop(); world !== undefined; world = open.pop()) {
    for (const event of everyEvent) {
      if (!canHappen(world, event)) continue
      const next = observe(world, event)
      const key = JSON.stringify(next)
      if (seen.has(key)) continue
      seen.add(key)
      open.push(next)
    }
    assert.ok(seen.size < 10_000, 'the state space is finite')
  }
  assert.ok(seen.size > 100, `only ${seen.size} states were reached`)
})

test.run()
