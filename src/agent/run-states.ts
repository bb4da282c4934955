/** Run, hold, rollback: what people ask of the agent beyond a run, and the moments at which it asks itself. */

import type { HoldRequest, RollbackRequest, StateAnswer } from '../adapters/control-protocol.ts'
import type { Journal } from '../adapters/journal.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { beginHold, endHold } from '../reconcile/hold.ts'
import type { Memory } from '../reconcile/memory.ts'
import type { Trigger } from '../reconcile/outcome.ts'
import type { Clock, Hold, LastGood, StateStore } from '../reconcile/ports.ts'
import { chooseTarget } from '../reconcile/roll-back.ts'
import { Alarm } from './alarm.ts'
import type { HeldState } from './past-runs.ts'
import type { StatusBoard } from './status-board.ts'
import type { StatusFile } from './status-file.ts'
import type { Turn } from './turn.ts'

export interface RunStatesOptions {
  readonly store: StateStore
  readonly clock: Clock
  readonly journal: Journal
  readonly board: StatusBoard
  readonly statusFile: StatusFile
  /** Beside a run that waits for git, never beside one that is at a change. */
  readonly turn: Turn
  readonly request: (trigger: Trigger) => void
  /** Asks for a look at the kernel and at what has expired, without git. */
  readonly compare: () => void
  readonly requestAndWait: (trigger: Trigger) => Promise<void>
  readonly report: () => Promise<AgentStatus>
}

interface Rollback {
  readonly target: LastGood
  readonly allowed: readonly string[]
}

export class RunStates {
  private readonly options: RunStatesOptions
  private readonly retry: Alarm
  private readonly holdEnd: Alarm
  private readonly expiry: Alarm
  private held: Hold | undefined
  private state: HeldState = { newest: undefined, tableOnly: undefined }
  private rollback: Rollback | undefined

  constructor(options: RunStatesOptions) {
    this.options = options
    this.retry = new Alarm(options.clock, () => options.request('retry'))
    this.holdEnd = new Alarm(options.clock, () => options.request('resume'))
    this.expiry = new Alarm(options.clock, options.compare)
  }

  /** After a start, so that nobody is told of another state before the first run has ended. */
  async recall(): Promise<void> {
    this.note(await this.options.store.loadHold())
  }

  hold({ reason, until }: HoldRequest): Promise<StateAnswer> {
    const { turn, store, clock } = this.options
    return turn.take(async () => {
      const hold = { reason, at: clock.now(), until: until === null ? undefined : new Date(until) }
      if (!(await beginHold(store, hold))) return refused('nothing is enforced yet that could be held')
      return await this.tell(hold)
    })
  }

  resume(): Promise<StateAnswer> {
    const { turn, store, request } = this.options
    return turn.take(async () => {
      if (!(await endHold(store))) return refused('nothing is held')
      request('resume')
      return await this.tell(undefined)
    })
  }

  async rollBack({ revision, allowed }: RollbackRequest): Promise<StateAnswer> {
    const { store, requestAndWait, report } = this.options
    const choice = await chooseTarget(store, revision ?? undefined)
    if (choice.type === 'none') return refused(choice.why)
    if (this.rollback !== undefined) return refused('another rollback is under way')
    this.rollback = { target: choice.target, allowed }
    try {
      await requestAndWait('rollback')
    } finally {
      this.rollback = undefined
    }
    const status = await report()
    const isOurs = status.attempted?.trigger.split(', ').includes('rollback') ?? false
    return isOurs ? { type: 'done', status } : refused('the agent is stopping, or the run broke: see its journal')
  }

  /** What a run that was asked for by these is to bring back. */
  rollbackFor(triggers: readonly Trigger[]): Rollback | undefined {
    return triggers.includes('rollback') ? this.rollback : undefined
  }

  /** After each run, and after each repair. */
  observe({ setAside, hold, newest, enforced, tableOnly }: Memory): void {
    this.retry.set(setAside === 'unread' ? undefined : setAside?.retryAt)
    this.state = { newest: newest?.commit === enforced?.revision.commit ? undefined : newest, tableOnly }
    this.note(hold)
    const { board } = this.options
    board.recordExpiring(enforced?.ruleset)
    const next = board.current().expiring
    this.expiry.set(next === null ? undefined : new Date(next.at))
  }

  stop(): void {
    this.retry.stop()
    this.holdEnd.stop()
    this.expiry.stop()
  }

  private async tell(hold: Hold | undefined): Promise<StateAnswer> {
    this.note(hold)
    const status = await this.options.report()
    await this.options.statusFile.write(status)
    return { type: 'done', status }
  }

  private note(hold: Hold | undefined): void {
    const { board, journal } = this.options
    if (hold !== undefined && hold.at.getTime() !== this.held?.at.getTime()) journal.warn('held', { ...hold })
    if (hold === undefined && this.held !== undefined) journal.info('hold-ended', { reason: this.held.reason })
    this.held = hold
    this.holdEnd.set(hold?.until)
    board.recordHold(hold, this.state)
  }
}

function refused(why: string): StateAnswer {
  return { type: 'refused', why }
}
