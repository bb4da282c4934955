/** Makes the kernel hold one table: read, compare, one transaction, look again where that is not certain. */

import { type Comparison, compareTables, type Difference, scriptForWholeTable } from '../pipeline.ts'
import { isPrimingTable } from '../ruleset/priming-table.ts'
import { emptyRuleset, type Ruleset } from '../ruleset/ruleset.ts'
import { timeLimits } from '../ruleset/time-limits.ts'
import { primeConnectionTracking } from './activate.ts'
import { endDeniedConnections } from './end-connections.ts'
import { HostError } from './host-error.ts'
import type { Enforced } from './memory.ts'
import type { TableFile } from './ports.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import type { Desired, Recalled } from './take-policy.ts'

/** From here on nft may take longer to fetch the counters than for the change (`diff/print-in-two.ts`). */
const manyCounters = 10_000

/** Gives the number of changes; what somebody else had changed becomes the run's drift. @throws StageFailure */
export async function converge(context: RunContext, desired: Ruleset): Promise<number> {
  const { live, isPriming } = context.doubtsKernel ? await readLive(context) : await findLive(context)
  const comparison = context.compare(desired, live)
  if (comparison.isEqual) {
    context.remember({ live: desired })
    return 0
  }
  const drift = isPriming ? [] : driftOf(context, live)
  if (live === undefined) await activate(context, desired)
  await applyAndVerify(context, desired, comparison)
  context.drift = drift
  await endDenied(context, live, desired)
  return comparison.countChanges()
}

interface Live {
  readonly live: Ruleset | undefined
  readonly isPriming: boolean
}

/** What the kernel holds, as it is remembered while nobody else can have changed it unheard. @throws StageFailure */
export async function findLive(context: RunContext): Promise<Live> {
  const { live } = context.memory
  return live !== undefined && context.isUndisturbed() ? { live, isPriming: false } : await readLive(context)
}

/** What the kernel says that it holds; a table that only tracks connections is no policy: an activation was broken off. @throws StageFailure */
async function readLive(context: RunContext): Promise<Live> {
  const { enforced } = context.memory
  const found = await context.stage('read', () => context.ports.kernel.read(context.signal, enforced?.ruleset))
  const isPriming = isPrimingTable(found)
  return { live: isPriming ? undefined : found, isPriming }
}

/** Before the first table of this process: connections that stand become known. @throws StageFailure */
export async function activate(context: RunContext, desired: Ruleset): Promise<void> {
  const { ports, settings, signal, isHealing } = context
  if (isHealing) return
  const delayMs = settings.apply.firstActivationDelayMs
  await context.stage('activate', () => primeConnectionTracking(ports, { desired, delayMs, signal }))
}

/**
 * Connections that the table before allowed and this one denies; as long as a change may go back, none that stood before it.
 * Never fails: the table is enforced all the same.
 */
export async function endDenied(context: RunContext, before: Ruleset | undefined, now: Ruleset): Promise<void> {
  const { ports, settings, signal, unconfirmed } = context
  if (before === undefined || !settings.apply.endsDeniedConnections) return
  if (unconfirmed !== undefined && unconfirmed.before === undefined) return
  const change = { before, now, spared: unconfirmed?.before, signal }
  const { live } = context.memory
  context.connections = await context.stage('connections', () => endDeniedConnections(ports, change))
  // it changes what comes and goes by itself, and is no part of a comparison
  context.remember({ live })
}

/** A table that is simply not there after a start is a reboot, not somebody's doing. */
export function driftOf(context: RunContext, live: Ruleset | undefined): readonly Difference[] {
  const { memory, triggers } = context
  const { enforced, compilation } = memory
  const wasSeen = compilation !== undefined || triggers.includes('drift')
  const sinceStart = triggers.includes('start') || !wasSeen
  if (enforced === undefined || (live === undefined && sinceStart)) return []
  return context.compare(enforced.ruleset, live).differences()
}

/** @throws StageFailure at `apply`: nothing was changed, unless it was stopped on the way; at `verify`: something was */
export async function applyAndVerify(context: RunContext, desired: Ruleset, comparison: Comparison): Promise<void> {
  const isRecovery = await context.stage('apply', () => load(context, comparison, desired))
  if (comparison.writesWholeTable || isRecovery) await context.stage('verify', () => verify(context, desired))
  context.remember({ live: desired })
}

/**
 * From now on this is what is enforced and healed, also after a restart.
 * @param next where its table lies already @throws StageFailure
 */
export async function accept(
  context: RunContext,
  desired: Desired | Recalled,
  { table, next }: { readonly table: Ruleset; readonly next?: TableFile | undefined },
): Promise<void> {
  const known = desired.type === 'desired' ? desired : { policy: undefined, compilation: undefined }
  context.remember({ policy: known.policy, compilation: known.compilation, tableOnly: undefined })
  await saveEnforced(context, { revision: desired.policy.revision, ruleset: table }, next)
}

/** @param next where its table lies already @throws StageFailure */
export async function saveEnforced(context: RunContext, enforced: Enforced, next?: TableFile): Promise<void> {
  const { revision, ruleset } = enforced
  const nowMs = context.ports.clock.now().getTime()
  const over = timeLimits(context.memory.enforced?.ruleset ?? emptyRuleset).filter(({ atMs }) => atMs <= nowMs)
  context.expired = [...new Set([...context.expired, ...over.flatMap(({ rule }) => rule.comment ?? [])])]
  context.remember({ enforced })
  const { saved } = context.memory
  const isSaved = saved !== undefined && context.compare(ruleset, saved.ruleset).isEqual
  if (isSaved && saved.revision.commit === revision.commit) {
    // from now on known by the object that is enforced
    context.remember({ saved: { ...enforced, file: saved.file } })
    return
  }
  const table = { revision, script: () => scriptForWholeTable(ruleset), file: next }
  const file = await context.stage('save', () => context.ports.store.saveLastGood(table))
  context.remember({ saved: { ...enforced, file } })
}

/** A refused delta means that the table is not what was read; then the whole table is written. True if it came to that. */
async function load({ ports, signal }: RunContext, comparison: Comparison, desired: Ruleset): Promise<boolean> {
  const isLargeEdit = desired.counters.size >= manyCounters && !comparison.writesWholeTable
  const inTwo = isLargeEdit && (await ports.kernel.fillsChains(signal)) ? comparison.inTwo() : undefined
  try {
    for (const script of inTwo ?? [comparison.script()]) await ports.kernel.load(script, signal)
    return false
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'nft-refused') throw error
    await ports.kernel.load(scriptForWholeTable(desired), signal)
    return true
  }
}

async function verify({ ports, signal }: RunContext, desired: Ruleset): Promise<void> {
  const differences = compareTables(desired, await ports.kernel.read(signal, desired)).differences()
  const [first] = differences
  if (first === undefined) return
  const what = `${differences.length} differences, the first at ${first.object} ${first.name}: ${first.text}`
  const message = `the kernel does not hold what was loaded: ${what}`
  throw new StageFailure('verify', { code: 'nft-refused', message })
}
