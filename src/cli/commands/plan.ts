/** `rampart plan`: what would have to change in the kernel, and which policy line says so. Changes nothing. */

import { openKernel } from '../../adapters/nft.ts'
import { stagedPart } from '../../compile/staged-effects.ts'
import { createStyle } from '../../diagnostic/style.ts'
import { diff } from '../../diff/diff.ts'
import { printPlanJson, printPlanMarkdown, printPlanText } from '../../diff/print-plan.ts'
import type { CommandIo, Format } from '../command-io.ts'
import { compileTarget, warnOfTests } from '../compile-target.ts'
import { openPolicyTarget, type PolicyOptions } from '../policy-target.ts'

export type PlanFormat = Format | 'markdown'

/** Exit 0: in sync; 2: changes; 1: the policy has errors. */
export async function plan(options: PolicyOptions & { readonly format: PlanFormat }, io: CommandIo): Promise<number> {
  const target = await openPolicyTarget(options, io.color.err)
  const compiled = await compileTarget(target, io)
  if (compiled === undefined) return 1
  warnOfTests(target, compiled, io)
  const live = await openKernel().read(io.signal)
  const changes = diff(compiled.ruleset, live)
  const context = { node: target.settings.node, origins: compiled.origins, asideOf: stagedPart }
  const printers = {
    text: () => printPlanText(changes, context, createStyle(io.color.out)),
    json: () => printPlanJson(changes, context),
    markdown: () => printPlanMarkdown(changes, context),
  }
  io.out(printers[options.format]())
  return changes.changes.length === 0 ? 0 : 2
}
