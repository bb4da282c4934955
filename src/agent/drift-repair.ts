/** Keeps the kernel as it was left: listens who changes it, has it compared and repaired at once, at a pace, and knows who it was. */

import type { Journal } from '../adapters/journal.ts'
import { describeProcess } from '../adapters/process-description.ts'
import { watchRuleset } from '../adapters/ruleset-watch.ts'
import type { DriftAuthor, DriftFight, DriftStatus } from '../reconcile/agent-status.ts'
import { emptyChangeLog, listenAnew, noteLine, noteWriter, type Suspicion } from '../reconcile/change-log.ts'
import type { Clock } from '../reconcile/ports.ts'
import { type Fight, initialPace, type PaceEffect, type PaceEvent, stepPace } from '../reconcile/repair-pace.ts'
import { joinParts, type Parts } from '../ruleset/part.ts'
import { readMonitorLine } from '../ruleset/read-monitor-line.ts'

export interface DriftRepairOptions {
  readonly clock: Clock
  readonly journal: Journal
  /** Compares with the kernel and repairs, for a start only what may have changed. It must not throw. */
  readonly repair: (parts: Parts, signal: AbortSignal) => Promise<RepairEnd>
  readonly onStatus: (change: Partial<DriftStatus>) => void
}

export interface RepairEnd {
  readonly result: 'repaired' | 'in-sync' | 'failed'
  readonly suspects: readonly DriftAuthor[]
}

/** Those who may have changed our table since somebody last asked. */
export interface Suspects {
  readonly authors: readonly DriftAuthor[]
  /** When the first of them was told; undefined when there is none. */
  readonly sinceMs: number | undefined
}

export const noSuspects: Suspects = { authors: [], sinceMs: undefined }
const mostSuspects = 4

export class DriftRepair {
  private log = emptyChangeLog
  private pace = initialPace
  private suspects = noSuspects
  /** Those that were asked for last. */
  private named = noSuspects
  private parts: Parts = []
  private isListening = false
  /** How often something happened of which only a comparison of everything tells what it did. */
  private doubts = 0
  /** As many of them as there were before the last such comparison. */
  private settledDoubts = 0
  private fightSince = new Date(0)
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> = Promise.resolve()
  private readonly stopping = new AbortController()
  private readonly options: DriftRepairOptions

  constructor(options: DriftRepairOptions) {
    this.options = options
  }

  /** Watches until the signal aborts; resolves when the last repair has ended as well. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, journal, onStatus } = this.options
    signal.addEventListener('abort', () => this.stop(), { once: true })
    await watchRuleset(
      {
        clock,
        onLine: (line) => this.noteLine(line),
        onListening: () => {
          journal.debug('ruleset-watch-listens')
          this.log = listenAnew(this.log)
          this.isListening = true
          this.doubts++
          onStatus({ watch: 'listening' })
          this.want()
        },
        onFault: (reason) => {
          journal.warn('ruleset-watch-ended', {
            reason,
            consequence: 'it is started again; until then the timer compares',
          })
          this.isListening = false
          onStatus({ watch: 'down' })
          this.want()
        },
      },
      signal,
    )
    await this.running
  }

  /** To be called before the process can have changed anything. */
  noteWriter(pid: number): void {
    this.log = noteWriter(this.log, pid, this.options.clock.monotonicMs())
  }

  /** Asks for a comparison of the whole table. */
  want(): void {
    this.parts = 'everything'
    this.dispatch({ type: 'wanted' })
  }

  /** The kernel holds what it was last seen or made to hold: a comparison found that, and whoever changes it since is heard of. */
  isUndisturbed(): boolean {
    return this.isListening && this.doubts === this.settledDoubts
  }

  /** Who may be behind what is found now; they are not named again. */
  takeSuspects(): Suspects {
    const { suspects } = this
    this.suspects = noSuspects
    this.named = suspects
    return suspects
  }

  private noteLine(line: string): void {
    const nowMs = this.options.clock.monotonicMs()
    const [log, suspicion] = noteLine(this.log, readMonitorLine(line), nowMs)
    this.log = log
    if (suspicion !== undefined) this.suspect(suspicion, nowMs)
  }

  private suspect(suspicion: Suspicion, nowMs: number): void {
    this.doubts++
    const { authors, sinceMs } = this.suspects
    if (suspicion.type === 'anybody') {
      this.options.journal.warn('ruleset-watch-gap', { reason: suspicion.reason })
      this.suspects = { authors, sinceMs: sinceMs ?? nowMs }
      this.parts = 'everything'
    } else {
      const known = authors.some(({ process, pid }) => process === suspicion.process && pid === suspicion.pid)
      const more = known || authors.length >= mostSuspects ? [] : [describeProcess(suspicion.pid, suspicion.process)]
      this.suspects = { authors: [...authors, ...more], sinceMs: sinceMs ?? nowMs }
      this.parts = joinParts(this.parts, suspicion.parts)
    }
    this.dispatch({ type: 'wanted' })
  }

  private dispatch(event: PaceEvent): void {
    if (this.stopping.signal.aborted) return
    const [pace, effects] = stepPace(this.pace, event, this.options.clock.monotonicMs())
    this.pace = pace
    for (const effect of effects) this.carryOut(effect)
    this.options.onStatus({ fight: this.describeFight(pace.fight) })
  }

  private carryOut(effect: PaceEffect): void {
    const { journal } = this.options
    switch (effect.type) {
      case 'startRepair':
        this.running = this.repairOnce()
        break
      case 'armTimer':
        clearTimeout(this.timer)
        this.timer = setTimeout(() => this.dispatch({ type: 'timerFired' }), effect.delayMs)
        break
      case 'fightBegan':
        this.fightSince = this.options.clock.now()
        journal.error('drift-fight', { ...this.describeFight(effect.fight), consequence: 'repairs come more slowly' })
        break
      case 'fightEnded':
        journal.info('drift-fight-over', { ...this.describeFight(effect.fight) })
        break
    }
  }

  private async repairOnce(): Promise<void> {
    // after a try that failed nobody knows what it did
    const parts = this.parts.length === 0 ? 'everything' : this.parts
    this.parts = []
    const { doubts } = this
    const { result, suspects } = await this.options.repair(parts, this.stopping.signal)
    if (parts !== 'everything') this.wantTheRest()
    else if (result !== 'failed') this.settledDoubts = doubts
    this.dispatch({ type: 'finished', result, processes: [...new Set(suspects.map(({ process }) => process))] })
  }

  /** What is found beyond the parts was done by the same processes. */
  private wantTheRest(): void {
    const { authors, sinceMs } = this.suspects
    const isNew = ({ process, pid }: DriftAuthor) =>
      !this.named.authors.some((one) => one.process === process && one.pid === pid)
    this.suspects = {
      authors: [...this.named.authors, ...authors.filter(isNew)].slice(0, mostSuspects),
      sinceMs: this.named.sinceMs ?? sinceMs,
    }
    this.want()
  }

  private describeFight(fight: Fight | undefined): DriftFight | null {
    if (fight === undefined) return null
    return { process: fight.process, since: this.fightSince.toISOString(), repairs: fight.repairs }
  }

  private stop(): void {
    this.stopping.abort()
    clearTimeout(this.timer)
  }
}
