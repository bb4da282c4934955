/**
 * When to compare with the kernel and repair: a pure machine that takes one event and gives the next state and what to do.
 *
 *            wanted, rested              finished, nothing wanted
 *     idle ----------------> repairing ----------------------------> idle
 *       |                     ^     |
 *       | wanted, too early   |     |  finished, wanted meanwhile or failed
 *       +-----> waiting ------+     +-----> waiting, or repairing again
 *                      timer
 *
 * The first repair comes at once, the next ones after pauses that double with every repair of the last minute: a burst becomes a
 * few repairs, and a program that keeps undoing ours costs one every ten seconds. That is a fight; it ends after a quiet minute.
 */

export interface RepairPace {
  readonly phase: 'idle' | 'waiting' | 'repairing'
  /** While repairing: once more afterwards. */
  readonly wanted: boolean
  /** Undefined before the first. */
  readonly lastEndMs: number | undefined
  /** Repairs, and tries that failed, of the last minute; oldest first. */
  readonly recent: readonly Repair[]
  readonly fight: Fight | undefined
}

interface Repair {
  readonly atMs: number
  /** Who made it necessary. */
  readonly processes: readonly string[]
}

export interface Fight {
  readonly process: string
  readonly sinceMs: number
  readonly repairs: number
}

export type PaceEvent =
  | { readonly type: 'wanted' }
  | { readonly type: 'timerFired' }
  | {
      readonly type: 'finished'
      readonly result: 'repaired' | 'in-sync' | 'failed'
      /** Names; empty when nobody was seen. */
      readonly processes: readonly string[]
    }

export type PaceEffect =
  | { readonly type: 'startRepair' }
  /** Takes the place of a timer that is armed. */
  | { readonly type: 'armTimer'; readonly delayMs: number }
  | { readonly type: 'fightBegan'; readonly fight: Fight }
  | { readonly type: 'fightEnded'; readonly fight: Fight }

export type PaceStep = readonly [RepairPace, readonly PaceEffect[]]

export const initialPace: RepairPace = {
  phase: 'idle',
  wanted: false,
  lastEndMs: undefined,
  recent: [],
  fight: undefined,
}

const windowMs = 60_000
const firstPauseMs = 100
const longestPauseMs = 10_000
const repairsOfFight = 6

/** An event that means nothing in a state changes nothing. @param nowMs of a clock that only grows */
export function stepPace(state: RepairPace, event: PaceEvent, nowMs: number): PaceStep {
  const recent = state.recent.filter(({ atMs }) => nowMs - atMs < windowMs)
  const now = { ...state, recent }
  switch (event.type) {
    case 'wanted':
      if (state.phase === 'repairing') return [{ ...now, wanted: true }, []]
      return state.phase === 'waiting' ? [now, []] : soon(now, nowMs)
    case 'timerFired':
      if (state.phase === 'waiting') return repairing(now)
      return state.phase === 'idle' ? quiet(now, nowMs) : [now, []]
    case 'finished':
      return state.phase === 'repairing' ? stepFinished(now, event, nowMs) : [now, []]
  }
}

function stepFinished(state: RepairPace, event: PaceEvent & { readonly type: 'finished' }, nowMs: number): PaceStep {
  const { result, processes } = event
  const recent = result === 'in-sync' ? state.recent : [...state.recent, { atMs: nowMs, processes }]
  const [fight, told] = result === 'repaired' ? fightAfter({ ...state, recent }, processes, nowMs) : [state.fight, []]
  const ended: RepairPace = { phase: 'idle', wanted: false, lastEndMs: nowMs, recent, fight }
  const [next, effects] = state.wanted || result === 'failed' ? soon(ended, nowMs) : quiet(ended, nowMs)
  return [next, [...told, ...effects]]
}

/** The one that is on goes on; one begins when a process made as many repairs necessary within the window. */
function fightAfter(
  { recent, fight }: RepairPace,
  processes: readonly string[],
  nowMs: number,
): readonly [Fight | undefined, readonly PaceEffect[]] {
  if (fight !== undefined) return [{ ...fight, repairs: fight.repairs + 1 }, []]
  for (const process of processes) {
    const repairs = recent.filter((repair) => repair.processes.includes(process)).length
    if (repairs < repairsOfFight) continue
    const began: Fight = { process, sinceMs: nowMs, repairs }
    return [began, [{ type: 'fightBegan', fight: began }]]
  }
  return [undefined, []]
}

function soon(state: RepairPace, nowMs: number): PaceStep {
  const dueMs = state.lastEndMs === undefined ? nowMs : state.lastEndMs + pauseMs(state.recent.length)
  if (dueMs <= nowMs) return repairing(state)
  return [{ ...state, phase: 'waiting', wanted: false }, [{ type: 'armTimer', delayMs: dueMs - nowMs }]]
}

function repairing(state: RepairPace): PaceStep {
  return [{ ...state, phase: 'repairing', wanted: false }, [{ type: 'startRepair' }]]
}

/** Nothing to do but to see whether a fight is over. */
function quiet(state: RepairPace, nowMs: number): PaceStep {
  const { fight, recent } = state
  if (fight === undefined) return [state, []]
  const last = recent.at(-1)
  if (last === undefined) return [{ ...state, fight: undefined }, [{ type: 'fightEnded', fight }]]
  return [state, [{ type: 'armTimer', delayMs: last.atMs + windowMs - nowMs }]]
}

/** After a comparison that found nothing a short one as well, so that doubts cannot keep us busy. */
function pauseMs(repairs: number): number {
  return Math.min(firstPauseMs * 2 ** Math.max(0, repairs - 1), longestPauseMs)
}
