/** A host's view of the policy -> the table that enforces it, and the way back from rules and counters to the policy. */

import type { HostView } from '../policy/host-view.ts'
import type { Compilation } from './compilation.ts'
import { addPreDnatStage, addRawStage } from './early-stages.ts'
import { addLocalFailsafes } from './failsafe-chains.ts'
import { addForwardStage } from './forward-stage.ts'
import { addLocalStage } from './local-stage.ts'
import { withOtherMembers } from './other-members.ts'
import { fewIntervals } from './peer-sets.ts'
import { addStagedPolicies } from './staged-stage.ts'
import { type CompileOptions, TableBuilder } from './table-builder.ts'
import { addWorkloadStage } from './workload-stage.ts'

/**
 * Cannot fail. The same view gives the same table, whatever was before.
 * @param options what is not given is as on a host
 */
export function compileHost(view: HostView, options: Partial<CompileOptions> = {}): Compilation {
  const builder = new TableBuilder(view, { mostIntervals: fewIntervals, before: undefined, ...options })
  const followed = options.before && withOtherMembers(options.before, view, builder.compiler.answers)
  if (followed !== undefined) return followed
  if (view.endpoints.length > 0) addLocalFailsafes(builder)
  addRawStage(builder)
  addPreDnatStage(builder)
  addLocalStage(builder)
  addForwardStage(builder)
  addWorkloadStage(builder)
  addStagedPolicies(builder)
  return builder.build()
}
