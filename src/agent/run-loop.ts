/** Carries out what the loop's state machine decides: starts runs, waits, and tells those who wait for a run. */

import { initialLoopState, type LoopEffect, type LoopEvent, type LoopState, step } from '../reconcile/loop.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import type { Clock } from '../reconcile/ports.ts'

export interface RunLoopOptions {
  readonly clock: Clock
  /** How long a run may wait on purpose. */
  readonly longestWaitMs: number
  /** One run; it must not throw. */
  readonly startRun: (triggers: readonly Trigger[], signal: AbortSignal) => Promise<Outcome['type']>
}

/** A run that works longer hangs: every other wait in it has a shorter limit, and no table takes all that nft is given for each step. */
const longestRunMs = 30 * 60_000

export class RunLoop {
  private state: LoopState = initialLoopState
  private startedRuns = 0
  private finishedRuns = 0
  private runningSinceMs: number | undefined
  private readonly waiters: { readonly run: number; readonly resolve: () => void }[] = []
  private readonly stopping = new AbortController()
  private timer = new AbortController()
  private readonly options: RunLoopOptions
  /** Resolves when the loop has stopped. */
  readonly stopped: Promise<void>
  private reportStopped: () => void = () => {}

  constructor(options: RunLoopOptions) {
    this.options = options
    this.stopped = new Promise((resolve) => {
      this.reportStopped = resolve
    })
  }

  request(trigger: Trigger): void {
    this.dispatch({ type: 'requested', trigger })
  }

  /** Resolves after a run that began after this call, or when the loop stops. */
  async requestAndWait(trigger: Trigger): Promise<void> {
    if (this.stopping.signal.aborted) return
    const run = this.startedRuns + 1
    this.request(trigger)
    await new Promise<void>((resolve) => {
      if (this.finishedRuns >= run) resolve()
      else this.waiters.push({ run, resolve })
    })
  }

  /** The current run is aborted; `stopped` resolves when it has ended. */
  stop(): void {
    this.stopping.abort()
    this.dispatch({ type: 'stop' })
  }

  isAlive(): boolean {
    const { clock, longestWaitMs } = this.options
    return this.runningSinceMs === undefined || clock.monotonicMs() - this.runningSinceMs < longestRunMs + longestWaitMs
  }

  private dispatch(event: LoopEvent): void {
    const [state, effects] = step(this.state, event)
    this.state = state
    for (const effect of effects) this.carryOut(effect)
  }

  private carryOut(effect: LoopEffect): void {
    switch (effect.type) {
      case 'startRun':
        void this.runOnce(effect.triggers)
        break
      case 'armTimer':
        void this.wait(effect.delayMs)
        break
      case 'cancelTimer':
        this.timer.abort()
        break
      case 'exit':
        this.releaseWaiters(Number.POSITIVE_INFINITY)
        this.reportStopped()
        break
    }
  }

  private async runOnce(triggers: readonly Trigger[]): Promise<void> {
    this.startedRuns++
    this.runningSinceMs = this.options.clock.monotonicMs()
    const outcome = await this.options.startRun(triggers, this.stopping.signal)
    this.runningSinceMs = undefined
    this.finishedRuns++
    this.releaseWaiters(this.finishedRuns)
    this.dispatch({ type: 'finished', outcome, jitter: Math.random() })
  }

  private async wait(delayMs: number): Promise<void> {
    const timer = new AbortController()
    this.timer = timer
    await this.options.clock.sleep(delayMs, timer.signal)
    if (!timer.signal.aborted) this.dispatch({ type: 'timerFired' })
  }

  private releaseWaiters(run: number): void {
    const ready = this.waiters.filter((waiter) => waiter.run <= run)
    for (const waiter of ready) {
      this.waiters.splice(this.waiters.indexOf(waiter), 1)
      waiter.resolve()
    }
  }
}
