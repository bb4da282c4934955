/** Measured by the bench: one run in this network namespace; prints its stages as JSON. Arguments: policy folder, state folder, node. */

import { systemClock } from '../../src/adapters/clock.ts'
import { systemConnections } from '../../src/adapters/conntrack.ts'
import { createDirectorySource } from '../../src/adapters/directory-source.ts'
import { systemHostInspector } from '../../src/adapters/interfaces.ts'
import { openKernel } from '../../src/adapters/nft.ts'
import { systemRoutes } from '../../src/adapters/routes.ts'
import { createStateStore } from '../../src/adapters/state-store.ts'
import { emptyMemory } from '../../src/reconcile/memory.ts'
import type { Stage } from '../../src/reconcile/outcome.ts'
import { run } from '../../src/reconcile/run.ts'
import type { StageTime } from './stage-time.ts'

/** A run enters these stages twice: for these two things. */
const parts: Partial<Record<Stage, readonly string[]>> = {
  save: ['recall', 'save'],
  compile: ['read policy', 'compile for host'],
}

async function measureStages(folder: string, stateFolder: string, node: string): Promise<readonly StageTime[]> {
  const times: StageTime[] = []
  const entered: Stage[] = []
  const startUpMs = performance.now()
  const ports = {
    source: createDirectorySource(folder),
    kernel: openKernel(),
    inspector: systemHostInspector,
    store: createStateStore(stateFolder, { warn: () => {} }),
    connections: systemConnections,
    routes: systemRoutes,
    clock: systemClock,
    onActivation: () => {},
    onStage: (stage: Stage, seconds: number) => {
      const name = parts[stage]?.[entered.filter((before) => before === stage).length] ?? stage
      entered.push(stage)
      times.push({ name, durationMs: seconds * 1000 })
    },
  }
  const apply = { firstActivationDelayMs: 0, endsDeniedConnections: false }
  const settings = { node, failsafes: 'minimal', controlPorts: [], apply } as const
  const request = { triggers: ['sync'], memory: emptyMemory, signal: new AbortController().signal } as const
  const { outcome } = await run(ports, settings, request)
  const endedMs = performance.now()
  if (outcome.type !== 'converged') throw new Error(`the run did not converge: ${JSON.stringify(outcome)}`)
  const inStages = times.reduce((sum, { durationMs }) => sum + durationMs, 0)
  return [
    { name: 'start of the process', durationMs: startUpMs },
    ...times,
    { name: 'compare and print', durationMs: endedMs - startUpMs - inStages },
  ]
}

const [folder = '', stateFolder = '', node = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await measureStages(folder, stateFolder, node)))
