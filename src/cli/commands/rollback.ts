/** `rampart rollback`: back to a good revision of before, as carefully as to any, and held there. Needs no git. */

import { askAgent } from '../../adapters/control-socket.ts'
import { fileExists } from '../../adapters/files.ts'
import { createStateStore } from '../../adapters/state-store.ts'
import { chooseTarget } from '../../reconcile/roll-back.ts'
import { anyCommit } from '../../reconcile/trust.ts'
import { type CommandIo, type Format, Refusal, UsageError } from '../command-io.ts'
import { controlSocketPath, isAgentRunning } from '../control-socket-path.ts'
import { defaultConfig, openPolicyTarget, type PolicyTarget } from '../policy-target.ts'
import { warnOn } from '../state-folder.ts'
import { applyOnce, exitCodeOf, readAllowed, report } from './apply.ts'
import { unlessRefused } from './hold.ts'
import { longestSyncMs, reportAttempt } from './sync.ts'

export interface RollbackOptions {
  readonly format: Format
  readonly allow?: string
  readonly config?: string
  readonly stateDir?: string
}

/** Exit 0: there, and held; 1: refused or failed, nothing changed; 3: applied and taken back. */
export async function rollback(revision: string | undefined, options: RollbackOptions, io: CommandIo): Promise<number> {
  if (revision !== undefined && !/^[0-9a-z]{4,40}$/i.test(revision)) {
    throw new UsageError(`"${revision}" is no commit: give four of its characters or more`)
  }
  const allowed = readAllowed(options.allow)
  if (await isAgentRunning()) {
    const input = { revision: revision ?? null, allowed }
    const question = { path: controlSocketPath(), command: 'rollback', timeoutMs: longestSyncMs, input } as const
    const status = unlessRefused(await askAgent(question))
    reportAttempt(status, options.format, io)
    return exitCodeOf(status.attempted?.outcome)
  }
  const target = await openTarget(options, io)
  const choice = await chooseTarget(createStateStore(target.stateDir, warnOn(io)), revision)
  if (choice.type === 'none') throw new Refusal(choice.why)
  const request = { allowed, triggers: ['rollback'], order: { type: 'rollback', target: choice.target } } as const
  const outcome = await applyOnce({ ...target, openSource: noSource }, request, io)
  report(outcome, options.format, io)
  return exitCodeOf(outcome.outcome.type)
}

/** With the agent's configuration where there is one: its probes and guards are meant for this as well. */
async function openTarget(options: RollbackOptions, io: CommandIo): Promise<PolicyTarget> {
  const isConfigured = options.config !== undefined || (await fileExists(defaultConfig))
  const { config, stateDir } = options
  const place = { ...(stateDir === undefined ? {} : { stateDir }), ...(config === undefined ? {} : { config }) }
  return await openPolicyTarget(isConfigured ? place : { ...place, from: '.' }, io.color.err)
}

const noSource: PolicyTarget['openSource'] = async () => ({
  source: {
    fetch: () => Promise.reject(new Error('bug: a rollback fetches nothing')),
    recall: async () => undefined,
  },
  trust: anyCommit,
  close: async () => {},
})
