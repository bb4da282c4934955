/** What an earlier run left unconfirmed goes back before anything else is done; what was confirmed, and not yet saved, stays. */

import { readTable } from '../ruleset/read-table.ts'
import { keepHolding } from './hold.ts'
import type { LeftConfirmed, LeftUnconfirmed } from './ports.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import { forget, recordOf, setAside } from './set-aside.ts'

/** @throws StageFailure */
export async function settle(context: RunContext): Promise<void> {
  const { safeguard, store } = context.ports
  const left = await context.stage('settle', () => safeguard.leftover())
  if (left === undefined) return
  if (left.state === 'confirmed') return await promote(context, left)
  if (left.state === 'waiting') await context.stage('settle', () => safeguard.claim())
  const isLoaded = await restore(context, left)
  const { revision, script } = left.previous
  const ruleset = isLoaded ? readTable(script) : undefined
  const blame = left.state === 'waiting' ? interrupted : abandoned
  context.revert = { reason: blame.cause, commit: left.revision?.commit, message: blame.message }
  if (revision !== undefined && ruleset !== undefined) {
    const enforced = { revision, ruleset }
    const table = { revision, script: () => script, file: undefined }
    const file = await context.stage('save', () => store.saveLastGood(table))
    context.remember({ enforced, saved: { ...enforced, file } })
  }
  if (left.revision !== undefined && left.concerns === 'tip')
    await setAside(context, await recordOf(context, left.revision, blame))
  await context.stage('settle', () => safeguard.clear())
}

/** The last word on it was yes: it is what the last good one would be if nobody had died, whether git answers or not. */
async function promote(context: RunContext, { next, hold }: LeftConfirmed): Promise<void> {
  const { safeguard, store } = context.ports
  const ruleset = readTable(next.script)
  if (ruleset !== undefined) {
    const enforced = { revision: next.revision, ruleset }
    context.remember({ enforced })
    const table = { revision: next.revision, script: () => next.script, file: undefined }
    const file = await context.stage('save', () => store.saveLastGood(table))
    context.remember({ saved: { ...enforced, file } })
  }
  if (hold !== undefined) await keepHolding(context, hold)
  await forget(context, next.revision)
  await context.stage('settle', () => safeguard.clear())
}

/** False when what is to be returned to is damaged: then the last good policy is, as after every start. */
async function restore(context: RunContext, { state, previous }: LeftUnconfirmed): Promise<boolean> {
  if (state === 'undone') return true
  try {
    await context.stage('revert', () => context.ports.kernel.load(previous.script, new AbortController().signal))
    return true
  } catch (error) {
    if (!(error instanceof StageFailure) || error.cause.code !== 'nft-refused') throw error
    context.doubtsKernel = true
    return false
  }
}

const interrupted = {
  cause: 'interrupted',
  blame: 'unclear',
  message: 'the agent ended before the change was confirmed',
} as const
const abandoned = {
  cause: 'abandoned',
  blame: 'revision',
  message: 'nobody was there to confirm the change',
} as const
