/** An agent that has nothing to do -> how much memory and processor time it takes meanwhile, as JSON. A program, for a fresh network namespace. */

import { setTimeout as delay } from 'node:timers/promises'
import { BenchAgent } from './bench-agent.ts'
import { examineProcessTree, type ProcessTree } from './processor-time.ts'
import { readFolder } from './read-folder.ts'

export interface IdleOrder {
  readonly rampart: string
  readonly node: string
  readonly policies: string
  /** An empty one. */
  readonly folder: string
  /** After the start, before anything is counted. */
  readonly settleMs: number
  readonly samples: number
  readonly sampleMs: number
}

export interface IdleResult {
  readonly memory: readonly Pick<ProcessTree, 'ownKiB' | 'proportionalKiB'>[]
  /** Of one core, from 0 to 1, over all of the time. */
  readonly processorShare: number
}

async function main([text = '']: readonly string[]): Promise<IdleResult> {
  const { rampart, node, policies, folder, settleMs, samples, sampleMs } = JSON.parse(text) as IdleOrder
  const agent = await BenchAgent.start({ rampart, node, folder, files: readFolder(policies), schedule: 'usual' })
  try {
    await agent.settled()
    await delay(settleMs)
    const [before, startedMs] = [examineProcessTree(agent.pid).processorMs, performance.now()]
    const memory: IdleResult['memory'][number][] = []
    for (let at = 0; at < samples; at++) {
      await delay(sampleMs)
      const { ownKiB, proportionalKiB } = examineProcessTree(agent.pid)
      memory.push({ ownKiB, proportionalKiB })
    }
    // what ended meanwhile was counted more finely while it lived
    const usedMs = Math.max(0, examineProcessTree(agent.pid).processorMs - before)
    return { memory, processorShare: usedMs / (performance.now() - startedMs) }
  } finally {
    await agent.close()
  }
}

process.stdout.write(JSON.stringify(await main(process.argv.slice(2))))
