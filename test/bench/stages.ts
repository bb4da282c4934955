/** Measured by the bench: one run in this network namespace; prints its stages as JSON. Arguments: policy folder, state folder, node. */

import { createDirectorySource } from '../../src/adapters/directory-source.ts'
import { openRunPorts } from '../../src/agent/run-ports.ts'
import { defaultApplyConfiguration } from '../../src/host/apply-configuration.ts'
import { emptyMemory } from '../../src/reconcile/memory.ts'
import type { Stage } from '../../src/reconcile/outcome.ts'
import { run } from '../../src/reconcile/run.ts'
import { anyCommit } from '../../src/reconcile/trust.ts'
import type { StageTime } from './stage-time.ts'

async function measureStages(folder: string, stateFolder: string, node: string): Promise<readonly StageTime[]> {
  const times: StageTime[] = []
  const startUpMs = performance.now()
  const ports = {
    ...openRunPorts({
      source: createDirectorySource(folder),
      trust: anyCommit,
      stateDir: stateFolder,
      repository: undefined,
      starter: 'ourselves',
      journal: { warn: () => {} },
    }),
    onStage: (stage: Stage, seconds: number) => {
      const known = times.find((time) => time.name === stage)
      if (known === undefined) times.push({ name: stage, durationMs: seconds * 1000 })
      else times[times.indexOf(known)] = { name: stage, durationMs: known.durationMs + seconds * 1000 }
    },
  }
  const apply = { ...defaultApplyConfiguration, probes: [], firstActivationDelayMs: 0, endsDeniedConnections: false }
  const settings = { node, failsafes: 'minimal', controlPorts: [], apply, allowed: [] } as const
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
