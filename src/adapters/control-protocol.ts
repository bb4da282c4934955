/** What is said over the control socket: the commands, what they ask with and what they are answered. */

import type { AgentStatus, PendingStatus } from '../reconcile/agent-status.ts'
import { isSentFile, type SentFile } from './sent-files.ts'

/** What each command answers with. */
export interface ControlAnswers {
  readonly status: AgentStatus
  /** After the run that it asked for; `attempted` tells how that ended. */
  readonly sync: AgentStatus
  /** As `sync`, and a revision that was set aside is taken again. */
  readonly insist: AgentStatus
  /** The change that was waiting, as it was; null when none was, or when it was too late. */
  readonly confirm: PendingStatus | null
  /** From now on newer revisions are not taken. */
  readonly hold: StateAnswer
  /** They are again; a run was asked for. */
  readonly resume: StateAnswer
  /** After the run that it asked for. */
  readonly rollback: StateAnswer
  /** After the run that it asked for. */
  readonly apply: StateAnswer
  /** As soon as the agent has begun to stop. */
  readonly stop: null
}

export type StateAnswer =
  | { readonly type: 'done'; readonly status: AgentStatus }
  /** Nothing was begun; one line for people. */
  | { readonly type: 'refused'; readonly why: string }

export interface HoldRequest {
  readonly reason: string
  /** RFC 3339; null: until `resume`. */
  readonly until: string | null
}

export interface RollbackRequest {
  /** A commit, perhaps abbreviated; null: the one before. */
  readonly revision: string | null
  /** Guards that are overridden. */
  readonly allowed: readonly string[]
}

export interface ApplyRequest {
  /** Whose policy it is to be; null: the agent's. */
  readonly node: string | null
  /** All policy files of a folder, in path order. */
  readonly files: readonly SentFile[]
  /** Guards that are overridden. */
  readonly allowed: readonly string[]
}

export type ControlCommand = keyof ControlAnswers

const commands = ['status', 'sync', 'insist', 'confirm', 'hold', 'resume', 'rollback', 'apply', 'stop'] as const

interface Requests {
  readonly hold: HoldRequest
  readonly rollback: RollbackRequest
  readonly apply: ApplyRequest
}

/** What goes with a command; most need nothing. */
export type ControlInput<Command extends ControlCommand> = Command extends keyof Requests
  ? Requests[Command]
  : undefined

/** The signal aborts when the one who asked has gone or the server closes. */
export type ControlHandlers = {
  readonly [Command in ControlCommand]: (
    signal: AbortSignal,
    input: ControlInput<Command>,
  ) => Promise<ControlAnswers[Command]>
}

type ControlCall = (handlers: ControlHandlers, signal: AbortSignal) => Promise<unknown>

/** What a line asks for; undefined when it is not understood. */
export function readControlRequest(request: unknown): ControlCall | undefined {
  if (!isRecord(request)) return undefined
  const { input } = request
  const command = commands.find((known) => known === request.command)
  switch (command) {
    case undefined:
      return undefined
    case 'hold':
      return isHoldRequest(input) ? (handlers, signal) => handlers.hold(signal, input) : undefined
    case 'rollback':
      return isRollbackRequest(input) ? (handlers, signal) => handlers.rollback(signal, input) : undefined
    case 'apply':
      return isApplyRequest(input) ? (handlers, signal) => handlers.apply(signal, input) : undefined
    default:
      return (handlers, signal) => handlers[command](signal, undefined)
  }
}

export const knownCommands: string = commands.join(', ')

function isHoldRequest(input: unknown): input is HoldRequest {
  if (!isRecord(input) || typeof input.reason !== 'string') return false
  return input.until === null || (typeof input.until === 'string' && !Number.isNaN(Date.parse(input.until)))
}

function isRollbackRequest(input: unknown): input is RollbackRequest {
  return isRecord(input) && isTextList(input.allowed) && isTextOrNull(input.revision)
}

function isApplyRequest(input: unknown): input is ApplyRequest {
  if (!isRecord(input) || !Array.isArray(input.files)) return false
  return input.files.every(isSentFile) && isTextList(input.allowed) && isTextOrNull(input.node)
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === 'string')
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
