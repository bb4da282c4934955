/** A change waits: for probes to hold, for a person, or for its time to be over. Judges; changes nothing. */

import { type Probe, printProbe } from '../host/apply-configuration.ts'
import type { RunContext } from './run-context.ts'

export interface Wait {
  /** Those that worked before the change. */
  readonly asked: readonly Probe[]
  readonly waitsFor: 'probes' | 'person'
  /** On the monotonic clock. */
  readonly deadlineMs: number
  /** Called when other probes fail than before. */
  readonly onFailing: (failing: readonly FailingProbe[]) => void
}

export interface FailingProbe {
  readonly probe: Probe
  readonly why: string
}

/** `failing`: what failed when it was last tried. */
export type WaitEnd =
  | { readonly type: 'held' }
  /** By a person, through the safeguard. */
  | { readonly type: 'confirmed' }
  /** The time is over, or somebody else took the change back. */
  | { readonly type: 'over' | 'claimed'; readonly failing: readonly FailingProbe[] }
  /** The run is to end. */
  | { readonly type: 'stopped' }

const lookPauseMs = 200
const roundPauseMs = 1_000

export async function awaitConfirmation(context: RunContext, wait: Wait): Promise<WaitEnd> {
  const ending = new AbortController()
  const signal = AbortSignal.any([context.signal, ending.signal])
  let failing: readonly FailingProbe[] | undefined
  const onFailing = (news: readonly FailingProbe[]): void => {
    failing = news
    wait.onFailing(news)
  }
  const decided = watchSafeguard(context, wait, signal)
  const held = holdProbes(context, { ...wait, onFailing }, signal)
  try {
    const end = await Promise.race([decided, held])
    if (end === 'claimed') return { type: end, failing: failing ?? [] }
    // all the time that a change has was not enough for a first answer
    const silent = (): readonly FailingProbe[] => wait.asked.map((probe) => ({ probe, why: 'no answer' }))
    return end === 'over' ? { type: end, failing: failing ?? silent() } : { type: end }
  } finally {
    ending.abort()
    await Promise.allSettled([decided, held])
  }
}

/** Tries each probe once, all at the same time; those that fail. */
export async function tryProbes(
  { ports }: Pick<RunContext, 'ports'>,
  probes: readonly Probe[],
  signal: AbortSignal,
): Promise<readonly FailingProbe[]> {
  const answers = await Promise.all(
    probes.map(async (probe) => ({ probe, why: await ports.prober.ask(probe, signal) })),
  )
  return answers.flatMap(({ probe, why }) => (why === undefined ? [] : [{ probe, why }]))
}

/** `repository (connection timed out), tcp 192.0.2.1:443 (refused)`. */
export function printFailing(failing: readonly FailingProbe[]): string {
  return failing.map(({ probe, why }) => `${printProbe(probe)} (${why})`).join(', ')
}

/** Ends with what others decided about the change, or with the time. */
async function watchSafeguard(
  { ports, signal: stop }: RunContext,
  { deadlineMs }: Wait,
  signal: AbortSignal,
): Promise<'confirmed' | 'claimed' | 'over' | 'stopped'> {
  for (;;) {
    const standing = await ports.safeguard.standing()
    if (standing !== 'waiting') return standing
    if (stop.aborted) return 'stopped'
    const leftMs = deadlineMs - ports.clock.monotonicMs()
    if (leftMs <= 0 || signal.aborted) return 'over'
    await ports.clock.sleep(Math.min(lookPauseMs, leftMs), signal)
  }
}

/** Ends when every probe has held for long enough, unless a person must confirm. */
async function holdProbes(context: RunContext, wait: Wait, signal: AbortSignal): Promise<'held' | 'stopped'> {
  const { clock } = context.ports
  const { confirmAfterMs } = context.settings.apply
  let heldSinceMs: number | undefined
  let reported: string | undefined
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs()
    const failing = await tryProbes(context, wait.asked, signal)
    if (signal.aborted) break
    const news = printFailing(failing)
    if (news !== reported) wait.onFailing(failing)
    reported = news
    heldSinceMs = failing.length > 0 ? undefined : (heldSinceMs ?? startedMs)
    const heldMs = heldSinceMs === undefined ? 0 : startedMs - heldSinceMs
    if (wait.waitsFor === 'probes' && heldSinceMs !== undefined && heldMs >= confirmAfterMs) return 'held'
    const pauseMs = heldSinceMs === undefined ? roundPauseMs : Math.max(1, confirmAfterMs - heldMs)
    await clock.sleep(Math.min(roundPauseMs, pauseMs), signal)
  }
  return 'stopped'
}
