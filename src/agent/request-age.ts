/** How long those have waited who asked for the run that goes on. */

import type { Metrics } from '../adapters/metrics.ts'
import type { Clock } from '../reconcile/ports.ts'
import type { Revision } from '../repository/revision.ts'

export class RequestAge {
  /** Of the oldest request that is not yet served. */
  private askedAtMs: number | undefined
  private servedSinceMs = 0
  private readonly clock: Pick<Clock, 'monotonicMs' | 'now'>

  constructor(clock: Pick<Clock, 'monotonicMs' | 'now'>) {
    this.clock = clock
  }

  ask(): void {
    this.askedAtMs ??= this.clock.monotonicMs()
  }

  /** A run begins. */
  serve(): void {
    this.servedSinceMs = this.askedAtMs ?? this.clock.monotonicMs()
    this.askedAtMs = undefined
  }

  /** The kernel holds it from this moment on; confirmed or not, that is how long it took the run that was begun last. */
  observeApplied(metrics: Pick<Metrics, 'observeEnforced'>, { committedAt }: Revision): void {
    metrics.observeEnforced('trigger', (this.clock.monotonicMs() - this.servedSinceMs) / 1000)
    if (committedAt === undefined) return
    // one of a clock that goes ahead of ours; a histogram's sum may only grow
    metrics.observeEnforced('commit', Math.max(0, this.clock.now().getTime() - committedAt.getTime()) / 1000)
  }
}
