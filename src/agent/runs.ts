/** Carries out runs and repairs, one at a time, and keeps what one leaves to the next. */

import type { Journal } from '../adapters/journal.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { emptyMemory, type Memory } from '../reconcile/memory.ts'
import type { Outcome, Trigger } from '../reconcile/outcome.ts'
import { type RunReport, run } from '../reconcile/run.ts'
import type { RunPorts, RunSettings, UnconfirmedTable } from '../reconcile/run-context.ts'
import type { Parts } from '../ruleset/part.ts'
import { noSuspects, type RepairEnd, type Suspects } from './drift-repair.ts'
import { logBroken } from './log-events.ts'
import { logVerification } from './log-run.ts'
import { releasedBetween } from './released-between.ts'
import type { RunRecord } from './run-record.ts'
import type { GivenOrder } from './run-states.ts'
import { Turn } from './turn.ts'

export interface RunsOptions {
  readonly ports: RunPorts
  readonly settings: RunSettings
  readonly journal: Journal
  readonly record: RunRecord
  /** What a run that was asked for by these is to do; undefined when it follows the branch. */
  readonly orderFor: (triggers: readonly Trigger[]) => GivenOrder | undefined
  /** Who may be behind the drift that is found now. */
  readonly takeSuspects: () => Suspects
  /** Whether the kernel certainly holds what the last run or repair left in it. */
  readonly isUndisturbed: () => boolean
  /** Called after each run and each repair, before it is told of. */
  readonly onReport: (report: RunReport) => void
}

export class Runs {
  /** Of whoever decides what is to be enforced: a run, but not while it waits for git. */
  readonly turn = new Turn()
  /** Of whoever changes the kernel. A run that has its turn asks for this one as well; a repair asks for this one alone. */
  private readonly kernelTurn = new Turn()
  /** What the kernel holds while a run waits for its confirmation. */
  private unconfirmed: UnconfirmedTable | undefined
  private known: Memory = emptyMemory
  private facts: HostFacts | undefined
  private readonly ports: RunPorts
  private readonly options: RunsOptions

  constructor(options: RunsOptions) {
    const { source, trust, inspector } = options.ports
    this.options = options
    this.ports = {
      ...options.ports,
      source: {
        fetch: (signal, onNews) => this.kernelTurn.leave(() => this.turn.leave(() => source.fetch(signal, onNews))),
        recall: (commit, reach, signal) => this.kernelTurn.leave(() => source.recall(commit, reach, signal)),
      },
      // it may fetch older commits
      trust: { judge: (question, signal) => this.kernelTurn.leave(() => trust.judge(question, signal)) },
      whileWaiting: (unconfirmed, work) => this.leaveKernel(unconfirmed, work),
      inspector: { read: async (node, signal) => (this.facts = await inspector.read(node, signal)) },
    }
  }

  /** What the last run left. */
  get memory(): Memory {
    return this.known
  }

  carryOut(triggers: readonly Trigger[], signal: AbortSignal): Promise<Outcome['type']> {
    const { settings, journal, record, orderFor, takeSuspects, isUndisturbed } = this.options
    const work = async (): Promise<Outcome['type']> => {
      const { order, allowed } = orderFor(triggers) ?? { order: undefined, allowed: [] }
      const request = { triggers, memory: this.known, current: () => this.known, isUndisturbed, signal, order }
      const report = await run(this.ports, { ...settings, allowed }, request)
      logVerification(journal, report.memory.verification, this.known.verification)
      const released = releasedBetween(this.known, report.memory, this.facts)
      const suspects = report.drift.length > 0 ? takeSuspects() : noSuspects
      this.learn(report)
      await record.run({ report, triggers, facts: this.facts, suspects, released })
      return report.outcome.type
    }
    return this.turn.take(() => this.changeKernel('failed', work))
  }

  /** Compares with the kernel and repairs what somebody else changed. */
  repair(parts: Parts, signal: AbortSignal): Promise<RepairEnd> {
    const { settings, record, takeSuspects } = this.options
    return this.changeKernel({ result: 'failed', suspects: [] }, async () => {
      const suspects = takeSuspects()
      const { known: memory, unconfirmed } = this
      // Before the first run there is nothing to repair, and that run compares.
      if (memory.enforced === undefined && unconfirmed === undefined) return { result: 'in-sync', suspects: [] }
      const report = await run(this.ports, settings, { triggers: ['drift'], parts, memory, signal, unconfirmed })
      // what waits is not known to be good, and its own run tells what became of it
      if (unconfirmed === undefined) this.learn(report)
      if (signal.aborted) return { result: 'in-sync', suspects: [] }
      await record.repair(report, suspects)
      const repaired = report.drift.length > 0 ? 'repaired' : 'in-sync'
      return { result: report.outcome.type === 'failed' ? 'failed' : repaired, suspects: suspects.authors }
    })
  }

  private learn(report: RunReport): void {
    this.known = report.memory
    this.options.onReport(report)
  }

  private async leaveKernel<T>(unconfirmed: UnconfirmedTable, work: () => Promise<T>): Promise<T> {
    this.unconfirmed = unconfirmed
    try {
      return await this.kernelTurn.leave(work)
    } finally {
      this.unconfirmed = undefined
    }
  }

  private changeKernel<T>(broken: T, work: () => Promise<T>): Promise<T> {
    return this.kernelTurn.take(() => work().catch((error: unknown) => logBroken(this.options.journal, error, broken)))
  }
}
