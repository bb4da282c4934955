/** Run, hold, rollback, a folder: what people ask of the agent beyond a run, and the moments at which it asks itself. */

import type { ApplyRequest, HoldRequest, RollbackRequest, StateAnswer } from '../adapters/control-protocol.ts'
import type { Journal } from '../adapters/journal.ts'
import { unpackFiles } from '../adapters/sent-files.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { whyNotHeld } from '../reconcile/apply-folder.ts'
import { beginHold, endHold } from '../reconcile/hold.ts'
import type { Trigger } from '../reconcile/outcome.ts'
import type { Clock, Hold, StateStore } from '../reconcile/ports.ts'
import { chooseTarget } from '../reconcile/roll-back.ts'
import type { RunReport } from '../reconcile/run.ts'
import type { Order } from '../reconcile/run-context.ts'
import { Alarm, oncePerMoment } from './alarm.ts'
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

export interface GivenOrder {
  readonly order: Order
  /** Guards that are overridden. */
  readonly allowed: readonly string[]
}

export class RunStates {
  private readonly options: RunStatesOptions
  private readonly retry: Alarm
  private readonly holdEnd: Alarm
  private readonly expiry: Alarm
  private held: Hold | undefined
  private state: HeldState = { newest: undefined, tableOnly: undefined }
  private given: GivenOrder | undefined

  constructor(options: RunStatesOptions) {
    this.options = options
    const asking = (trigger: Trigger): Alarm =>
      new Alarm(
        options.clock,
        oncePerMoment(() => options.request(trigger)),
      )
    this.retry = asking('retry')
    this.holdEnd = asking('resume')
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
    const choice = await chooseTarget(this.options.store, revision ?? undefined)
    if (choice.type === 'none') return refused(choice.why)
    return await this.give('rollback', { order: { type: 'rollback', target: choice.target }, allowed })
  }

  async apply({ node, files, allowed }: ApplyRequest): Promise<StateAnswer> {
    const own = this.options.board.current().node
    if (node !== null && node !== own) return refused(`the agent here is of ${own}: it applies no policy of ${node}`)
    // the run asks again, when it is its turn
    if ((await this.options.store.loadHold()) === undefined) return refused(whyNotHeld)
    return await this.give('apply', { order: { type: 'apply', files: unpackFiles(files) }, allowed })
  }

  /** What a run that was asked for by these is to do instead of following the branch. */
  orderFor(triggers: readonly Trigger[]): GivenOrder | undefined {
    return this.given !== undefined && triggers.includes(this.given.order.type) ? this.given : undefined
  }

  /** After each run and each repair. */
  observe({ memory, hold }: Pick<RunReport, 'memory' | 'hold'>): void {
    const { setAside, newest, enforced, tableOnly } = memory
    const { board } = this.options
    this.retry.set(setAside === 'unread' ? undefined : setAside?.retryAt)
    this.state = { newest: newest?.commit === enforced?.revision.commit ? undefined : newest, tableOnly }
    this.note(hold === 'unasked' ? this.held : hold)
    board.recordExpiring(enforced?.ruleset)
    const next = board.current().expiring
    this.expiry.set(next === null ? undefined : new Date(next.at))
  }

  stop(): void {
    this.retry.stop()
    this.holdEnd.stop()
    this.expiry.stop()
  }

  /** Waits for the run that carries it out. */
  private async give(trigger: Order['type'], given: GivenOrder): Promise<StateAnswer> {
    const { requestAndWait, report, board } = this.options
    if (this.given !== undefined) return refused('another rollback or apply is under way')
    this.given = given
    const before = board.current().attempted
    try {
      await requestAndWait(trigger)
    } finally {
      this.given = undefined
    }
    const status = await report()
    const { attempted } = status
    const isOurs = attempted !== before && attempted?.trigger.split(', ').includes(trigger) === true
    return isOurs ? { type: 'done', status } : refused('the agent is stopping, or the run broke: see its journal')
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
