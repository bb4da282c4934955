/** Random policies one after the other, each before all judges: specification, evaluator and, where there is one, kernel. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Coverage } from '../fakes/coverage.ts'
import { findDispute } from '../fakes/dispute.ts'
import type { InjectionLab } from '../kernel/injection-lab.ts'
import { findKernelDispute } from '../kernel/kernel-dispute.ts'
import type { FuzzOptions } from './fuzz-options.ts'

export interface Fuzzing extends FuzzOptions {
  /** Undefined: the kernel is not asked. */
  readonly lab: InjectionLab | undefined
  /** Called about once in ten seconds, and at the end. */
  readonly onProgress: (line: string) => void
}

const packetsOfPolicy = 100
const progressMs = 10_000

/** Undefined when there was no disagreement until the time was over; else the smallest form of it, and how to see it again. */
export async function fuzzPolicies({ minutes, seed, from, lab, onProgress }: Fuzzing): Promise<string | undefined> {
  const coverage = new Coverage()
  const inKernel = new Coverage()
  const started = performance.now()
  let told = started
  for (let index = from; ; index++) {
    const dispute =
      findDispute(`${seed} ${index}`, packetsOfPolicy, coverage) ??
      (lab === undefined ? undefined : findKernelDispute(`${seed} ${index}`, lab, inKernel))
    if (dispute !== undefined) return `${dispute}\nnpm run fuzz -- --seed ${seed} --from ${index}`
    const now = performance.now()
    const isOver = now - started >= minutes * 60_000
    if (isOver || now - told >= progressMs) {
      told = now
      const policies = index - from + 1
      const kernel =
        lab === undefined ? '' : `, ${policies} rulesets and ${packetsIn(inKernel)} packets through the kernel`
      onProgress(`seed ${seed}: ${policies} policies, ${packetsIn(coverage)} packets${kernel}`)
    }
    if (isOver) return undefined
    // a turn for signals: they remove the lab
    await nextTurn()
  }
}

function packetsIn(coverage: Coverage): number {
  return coverage.total('verdict allow') + coverage.total('verdict deny')
}
