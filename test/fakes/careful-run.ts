/** Runs in a world of fakes where the care about a change is what matters: from a first policy on. */

import * as assert from 'uvu/assert'
import type { ApplyConfiguration } from '../../src/host/apply-configuration.ts'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import type { Trigger } from '../../src/reconcile/outcome.ts'
import { chooseTarget } from '../../src/reconcile/roll-back.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import type { RunSettings } from '../../src/reconcile/run-context.ts'
import { webEndpoint, webPolicy } from './policy-folder.ts'
import { quickApply } from './quick-apply.ts'
import { createWorld, type World } from './run-ports.ts'

export interface CarefulRun {
  readonly world: World
  memory: Memory
  settings: RunSettings
  go(...triggers: readonly Trigger[]): Promise<RunReport>
  /** To a revision of the history: the newest that is not enforced, or a named one. */
  rollBack(wanted?: string): Promise<RunReport>
  /** A new tip of the branch. */
  commit(letter: string, files: World['files']): void
  /** As after the end of the process: only the state folder and the kernel remember. */
  restart(): void
}

export const first = { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) }

/** The policy of commit `aaa...` is enforced; the time is 0 again. */
export async function enforced(apply: Partial<ApplyConfiguration> = {}): Promise<CarefulRun> {
  const world = createWorld({ files: first })
  const base = { node: 'web-1', failsafes: 'minimal', controlPorts: [], allowed: [] } as const
  const careful: CarefulRun = {
    world,
    memory: emptyMemory,
    settings: { ...base, apply: quickApply },
    async go(...triggers) {
      const request = { triggers, memory: careful.memory, signal: new AbortController().signal }
      const report = await run(world.ports, careful.settings, request)
      careful.memory = report.memory
      return report
    },
    async rollBack(wanted) {
      const choice = await chooseTarget(world.ports.store, wanted)
      if (choice.type === 'none') throw new Error(choice.why)
      const request = {
        memory: careful.memory,
        signal: new AbortController().signal,
        order: { type: 'rollback', target: choice.target },
      } as const
      const report = await run(world.ports, careful.settings, { ...request, triggers: ['rollback'] })
      careful.memory = report.memory
      return report
    },
    commit(letter, files) {
      world.commit = letter.repeat(40)
      world.files = files
    },
    restart() {
      careful.memory = emptyMemory
    },
  }
  assert.is((await careful.go('start')).outcome.type, 'converged')
  careful.settings = { ...base, apply: { ...quickApply, ...apply } }
  world.nowMs = 0
  world.pending.length = 0
  return careful
}
