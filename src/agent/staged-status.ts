/** What the kernel has counted for the staged policies of this host, for the status. */

import type { HostCompilation } from '../pipeline.ts'
import type { AgentStatus, StagedStatus } from '../reconcile/agent-status.ts'
import type { CounterValue, Kernel } from '../reconcile/ports.ts'

export interface StagedSource {
  /** Undefined before the first run. */
  readonly compilation: HostCompilation | undefined
  readonly kernel: Kernel
  /** What the kernel threw; the status then comes without the numbers. */
  readonly onFault: (error: unknown) => void
}

const readCountersLimitMs = 5_000

/** Asks the kernel only where there are staged policies. */
export async function withStagedCounts(
  status: AgentStatus,
  { compilation, kernel, onFault }: StagedSource,
): Promise<AgentStatus> {
  if (compilation === undefined || compilation.view.staged.length === 0) return { ...status, staged: [] }
  try {
    const values = await kernel.readCounters(AbortSignal.timeout(readCountersLimitMs))
    return { ...status, staged: stagedStatus(compilation, values) }
  } catch (error) {
    onFault(error)
    return { ...status, staged: stagedStatus(compilation, undefined) }
  }
}

/** @param values undefined when the kernel could not be asked */
function stagedStatus(
  { view, counters }: HostCompilation,
  values: ReadonlyMap<string, CounterValue> | undefined,
): readonly StagedStatus[] {
  return view.staged.map(({ policy: { kind, namespace = '', name } }) => {
    const count = (outcome: 'denied' | 'allowed'): number | null => {
      if (values === undefined) return null
      const own = [...values].filter(([counter]) => {
        const counted = counters.get(counter)
        if (counted?.type !== 'staged' || counted.outcome !== outcome) return false
        return counted.kind === kind && counted.namespace === namespace && counted.name === name
      })
      return own.reduce((sum, [, { packets }]) => sum + packets, 0)
    }
    return { kind, namespace, name, denied: count('denied'), allowed: count('allowed') }
  })
}
