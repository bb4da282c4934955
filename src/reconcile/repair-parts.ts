/**
 * Puts right what of the table somebody was seen to change, and looks at nothing else: several times as fast as a comparison of
 * the whole table, which has to follow.
 */

import { type Comparison, compareTables } from '../pipeline.ts'
import { findPart, withParts } from '../ruleset/part.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { endDenied } from './converge.ts'
import { HostError } from './host-error.ts'
import type { RunContext } from './run-context.ts'

/**
 * Gives the number of changes; undefined when the parts do not tell enough, and the whole table is to be compared.
 * @param desired what is enforced @throws StageFailure
 */
export async function repairParts(context: RunContext, desired: Ruleset): Promise<number | undefined> {
  const live = await readParts(context, desired)
  if (live === undefined) return undefined
  const comparison = compareTables(desired, live)
  if (comparison.isEqual) return 0
  if (!(await context.stage('apply', () => load(context, comparison)))) return undefined
  context.drift = comparison.differences()
  await endDenied(context, live, desired)
  return comparison.countChanges()
}

/** The table as it is if nothing else was changed. */
async function readParts(context: RunContext, desired: Ruleset): Promise<Ruleset | undefined> {
  const { parts } = context
  if (parts === 'everything') return undefined
  const found = parts.flatMap((part) => findPart(desired, part) ?? [])
  if (found.length === 0 || found.length < parts.length) return undefined
  const live = await context.stage('read', () => context.ports.kernel.readParts(found, context.signal))
  return live === undefined ? undefined : withParts(desired, live)
}

/** False when nft refuses: more has changed than the parts. */
async function load({ ports, signal }: RunContext, comparison: Comparison): Promise<boolean> {
  try {
    await ports.kernel.load(comparison.script(), signal)
    return true
  } catch (error) {
    if (error instanceof HostError && error.code === 'nft-refused') return false
    throw error
  }
}
