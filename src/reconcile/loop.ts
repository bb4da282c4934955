/**
 * When to run: a pure machine that takes one event and gives the next state and what to do.
 *
 *            requested                 finished, nothing queued
 *     idle ------------> running ------------------------------> idle
 *                        ^  |  finished, something queued: runs again at once
 *     requested, timer   |  v  failed, nothing queued
 *                       waiting
 *
 *     stop: from running to stopping until the run has finished, from anywhere else to stopped
 */

import type { Outcome, Trigger } from './outcome.ts'

/** Triggers are in order of arrival, each once. */
export type LoopState =
  | { readonly type: 'idle' }
  /** `doublings` says how long to wait should this run fail. */
  | { readonly type: 'running'; readonly doublings: number; readonly queued: readonly Trigger[] }
  | { readonly type: 'waiting'; readonly doublings: number }
  | { readonly type: 'stopping' }
  | { readonly type: 'stopped' }

export type LoopEvent =
  | { readonly type: 'requested'; readonly trigger: Trigger }
  /** `jitter` from 0 to 1, drawn by the caller: the machine rolls no dice. */
  | { readonly type: 'finished'; readonly outcome: Outcome['type']; readonly jitter: number }
  | { readonly type: 'timerFired' }
  | { readonly type: 'stop' }

export type LoopEffect =
  | { readonly type: 'startRun'; readonly triggers: readonly Trigger[] }
  | { readonly type: 'armTimer'; readonly delayMs: number }
  | { readonly type: 'cancelTimer' }
  /** At most once, when no run and no timer is left. */
  | { readonly type: 'exit' }

export type LoopStep = readonly [LoopState, readonly LoopEffect[]]

export const initialLoopState: LoopState = { type: 'idle' }

const firstBackoffMs = 1_000
const longestBackoffMs = 300_000
/** The first power of two that reaches the longest backoff; counting on would only make the state unbounded. */
const mostDoublings = 9

/** An event that means nothing in a state (a timer that was cancelled too late, a request after stop) changes nothing. */
export function step(state: LoopState, event: LoopEvent): LoopStep {
  switch (event.type) {
    case 'requested':
      return stepRequested(state, event.trigger)
    case 'finished':
      return stepFinished(state, event)
    case 'timerFired':
      return state.type === 'waiting' ? started(['retry'], state.doublings) : [state, []]
    case 'stop':
      return stepStop(state)
  }
}

/** From half of the full backoff to all of it, so that hosts that failed together do not return together. */
export function backoffMs(doublings: number, jitter: number): number {
  const fullMs = Math.min(firstBackoffMs * 2 ** doublings, longestBackoffMs)
  return Math.round(fullMs * (0.5 + jitter / 2))
}

function stepRequested(state: LoopState, trigger: Trigger): LoopStep {
  switch (state.type) {
    case 'idle':
      return started([trigger], 0)
    case 'waiting': {
      const [next, effects] = started([trigger], state.doublings)
      return [next, [{ type: 'cancelTimer' }, ...effects]]
    }
    case 'running':
      if (state.queued.includes(trigger)) return [state, []]
      return [{ ...state, queued: [...state.queued, trigger] }, []]
    case 'stopping':
    case 'stopped':
      return [state, []]
  }
}

function stepFinished(state: LoopState, event: LoopEvent & { readonly type: 'finished' }): LoopStep {
  if (state.type === 'stopping') return [{ type: 'stopped' }, [{ type: 'exit' }]]
  if (state.type !== 'running') return [state, []]
  const failed = event.outcome === 'failed'
  const doublings = Math.min(state.doublings + 1, mostDoublings)
  if (state.queued.length > 0) return started(state.queued, failed ? doublings : 0)
  // An invalid policy does not become valid by reading it again: only the next request looks.
  if (!failed) return [{ type: 'idle' }, []]
  return [{ type: 'waiting', doublings }, [{ type: 'armTimer', delayMs: backoffMs(state.doublings, event.jitter) }]]
}

function stepStop(state: LoopState): LoopStep {
  switch (state.type) {
    case 'idle':
      return [{ type: 'stopped' }, [{ type: 'exit' }]]
    case 'waiting':
      return [{ type: 'stopped' }, [{ type: 'cancelTimer' }, { type: 'exit' }]]
    case 'running':
      return [{ type: 'stopping' }, []]
    case 'stopping':
    case 'stopped':
      return [state, []]
  }
}

function started(triggers: readonly Trigger[], doublings: number): LoopStep {
  return [{ type: 'running', doublings, queued: [] }, [{ type: 'startRun', triggers }]]
}
