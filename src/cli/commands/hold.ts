/** `rampart hold` and `rampart resume`: what is enforced stays, whatever the branch says; and follows it again. */

import { systemClock } from '../../adapters/clock.ts'
import type { StateAnswer } from '../../adapters/control-protocol.ts'
import { askAgent } from '../../adapters/control-socket.ts'
import type { AgentStatus } from '../../reconcile/agent-status.ts'
import { beginHold, describeHold, endHold } from '../../reconcile/hold.ts'
import type { Hold } from '../../reconcile/ports.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson, Refusal, UsageError } from '../command-io.ts'
import { controlSocketPath, isAgentRunning } from '../control-socket-path.ts'
import { readUntil } from '../read-until.ts'
import { inStateFolder } from '../state-folder.ts'

export interface StateOptions {
  readonly format: Format
  readonly stateDir?: string
}

export interface HoldOptions extends StateOptions {
  readonly reason: string
  readonly until?: string
}

/** The agent answers when the change that it is at has ended. */
const longestWaitMs = 3 * 3_600_000
const longestReason = 500

/** Exit 0: held; 1: nothing is enforced yet. */
export async function hold(options: HoldOptions, io: CommandIo): Promise<number> {
  const reason = options.reason.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  if (reason === '' || reason.length > longestReason)
    throw new UsageError(`--reason: write 1 to ${longestReason} signs`)
  const at = systemClock.now()
  const until = options.until === undefined ? undefined : readUntil(options.until, at)
  if (typeof until === 'string') throw new UsageError(`--until ${options.until}: ${until}`)
  const wanted = { reason, at, until }
  const where = (await isAgentRunning()) ? await askToHold(wanted) : await holdWithoutAgent(wanted, options, io)
  const plain = { reason, at: at.toISOString(), until: until?.toISOString() ?? null }
  io.out(options.format === 'json' ? printJson({ hold: plain }) : `${describeHold(wanted)} (${where})\n`)
  return 0
}

/** Gives what is held. @throws Refusal, HostError agent-unreachable */
async function askToHold({ reason, until }: Hold): Promise<string> {
  const input = { reason, until: until?.toISOString() ?? null }
  const question = { path: controlSocketPath(), command: 'hold', timeoutMs: longestWaitMs, input } as const
  const { applied } = unlessRefused(await askAgent(question))
  return applied === null ? 'what was enforced before' : `${shortCommit(applied.commit)} ${applied.subject}`
}

/** @throws Refusal, HostError lock-held, state-unwritable */
async function holdWithoutAgent(wanted: Hold, { stateDir }: HoldOptions, io: CommandIo): Promise<string> {
  const isHeld = await inStateFolder(stateDir, io, (store) => beginHold(store, wanted))
  if (!isHeld) throw new Refusal('nothing is enforced yet that could be held')
  return 'no agent runs: the next one keeps to it'
}

/** Exit 0: the branch is followed again; 1: nothing was held. */
export async function resume(options: StateOptions, io: CommandIo): Promise<number> {
  const isRunning = await isAgentRunning()
  if (isRunning) {
    unlessRefused(await askAgent({ path: controlSocketPath(), command: 'resume', timeoutMs: longestWaitMs }))
  } else if (!(await inStateFolder(options.stateDir, io, endHold))) {
    throw new Refusal('nothing is held')
  }
  const what = isRunning ? 'a run was asked for' : 'no agent runs'
  io.out(options.format === 'json' ? printJson({ hold: null }) : `the branch is followed again; ${what}\n`)
  return 0
}

/** @throws Refusal */
export function unlessRefused(answer: StateAnswer): AgentStatus {
  if (answer.type === 'refused') throw new Refusal(answer.why)
  return answer.status
}
