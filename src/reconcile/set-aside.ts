/** Revisions that are not taken again by themselves: remembered in the state folder, until a newer tip or until somebody insists. */

import type { Revision } from '../repository/revision.ts'
import type { Outcome } from './outcome.ts'
import type { SetAside } from './ports.ts'
import type { RunContext } from './run-context.ts'

/** After this long a revision that nothing speaks against is taken once more. */
const retryAfterMs = 15 * 60_000

/** Why the tip is refused for what became of it before; undefined when it may be tried. @throws StageFailure */
export async function findSetAside(context: RunContext, revision: Revision): Promise<Outcome | undefined> {
  const record = await recallSetAside(context)
  // somebody who applies a folder by hand has just changed it
  if (record === undefined || record.commit !== revision.commit || revision.committedAt === undefined) return undefined
  if (context.triggers.includes('insist')) {
    await setAside(context, undefined)
    return undefined
  }
  const now = context.ports.clock.now()
  if (record.retryAt !== undefined && record.retryAt <= now) {
    // written before the attempt: whatever becomes of it, there is no third
    await setAside(context, { ...record, retryAt: undefined, retries: record.retries + 1 })
    return undefined
  }
  const reasons = [{ guard: 'set-aside', message: describeSetAside(record) } as const]
  return { type: 'refused', revision, reasons, kept: context.memory.enforced?.revision }
}

export async function setAside(context: RunContext, record: SetAside | undefined): Promise<void> {
  if (!context.judgesTip) return
  if ((await recallSetAside(context)) === undefined && record === undefined) return
  await context.stage('save', () => context.ports.store.saveSetAside(record))
  context.remember({ setAside: record })
}

/** Nothing speaks against this one any more; a record of another stays. @throws StageFailure */
export async function forget(context: RunContext, { commit }: Revision): Promise<void> {
  if ((await recallSetAside(context))?.commit === commit) await setAside(context, undefined)
}

/** A record of what has just become of the revision. `unclear`: it may be tried again, once. */
export async function recordOf(
  context: RunContext,
  revision: Revision,
  event: Pick<SetAside, 'cause' | 'message'> & { readonly blame: 'revision' | 'unclear' },
): Promise<SetAside> {
  const before = await recallSetAside(context)
  const retries = before?.commit === revision.commit ? before.retries : 0
  const at = context.ports.clock.now()
  const mayRetry = event.blame === 'unclear' && retries === 0
  return {
    commit: revision.commit,
    at,
    cause: event.cause,
    message: event.message,
    retryAt: mayRetry ? new Date(at.getTime() + retryAfterMs) : undefined,
    retries,
  }
}

async function recallSetAside(context: RunContext): Promise<SetAside | undefined> {
  if (context.memory.setAside === 'unread') {
    const record = await context.stage('recall', () => context.ports.store.loadSetAside())
    context.remember({ setAside: record })
    return record
  }
  return context.memory.setAside
}

/** `reverted at 2030-01-01T00:00:00Z: ...; a newer commit or "rampart sync --retry" is tried`. */
function describeSetAside({ cause, at, message, retryAt }: SetAside): string {
  const what = cause === 'refused' ? 'refused' : 'reverted'
  const next = retryAt === undefined ? '' : `, and it is tried once more at ${retryAt.toISOString()}`
  return `${what} at ${at.toISOString()}: ${message}; a newer commit or "rampart sync --retry" is tried${next}`
}
