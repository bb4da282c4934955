/** What asks for runs by itself: the schedule, and the slow comparison. */

import { systemClock } from '../adapters/clock.ts'
import { readMachineId } from '../adapters/machine-id.ts'
import { type Schedule, startSchedule } from '../adapters/schedule.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { Trigger } from '../reconcile/outcome.ts'

export interface TimerOptions {
  readonly configuration: AgentConfiguration
  readonly request: (trigger: Trigger) => void
  /** Asks for a comparison with the kernel. */
  readonly compare: () => void
}

/** They end when the signal aborts. */
export async function startTimers(options: TimerOptions, ending: AbortSignal): Promise<Schedule> {
  const { configuration, request, compare } = options
  const schedule = startSchedule({
    expression: configuration.schedule,
    splayMs: configuration.splayMs,
    machineId: await readMachineId(),
    clock: systemClock,
    onTick: () => request('schedule'),
  })
  const slowly = setInterval(compare, configuration.driftIntervalMs)
  ending.addEventListener('abort', () => {
    schedule.stop()
    clearInterval(slowly)
  })
  return schedule
}
