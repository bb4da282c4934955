/** The agent's ears and windows: control socket, webhook, and the pages for those who watch. */

import { join } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { startControlServer } from '../adapters/control-socket.ts'
import type { Metrics } from '../adapters/metrics.ts'
import { startObserveServer } from '../adapters/observe-server.ts'
import type { WebhookResult } from '../adapters/webhook.ts'
import { startWebhook } from '../adapters/webhook.ts'
import type { AgentConfiguration } from '../host/agent-configuration.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import type { RunStates } from './run-states.ts'

export interface ServerOptions {
  readonly configuration: AgentConfiguration
  readonly runtimeDir: string
  readonly status: () => AgentStatus
  /** The status with what the kernel has counted. */
  readonly report: () => Promise<AgentStatus>
  readonly metrics: Metrics
  readonly isAlive: () => boolean
  /** Asks for a run and waits for its end. */
  readonly sync: (trigger: 'sync' | 'insist') => Promise<void>
  /** False when there is nothing to confirm. */
  readonly confirm: () => Promise<boolean>
  readonly states: Pick<RunStates, 'hold' | 'resume' | 'rollBack' | 'apply'>
  readonly stop: () => void
  readonly onPush: () => void
  readonly onFault: (error: unknown) => void
}

type Close = () => Promise<void>

/** Gives what closes them again. @throws HostError listen-failed, file-unreadable; then those already open are closed */
export async function openServers(options: ServerOptions): Promise<readonly Close[]> {
  const open: Close[] = []
  try {
    for (const start of [startControl, startHook, startPages]) {
      const server = await start(options)
      if (server !== undefined) open.push(() => server.close())
    }
    return open
  } catch (error) {
    for (const close of open) await close()
    throw error
  }
}

interface Server {
  close(): Promise<void>
}

function startControl(options: ServerOptions): Promise<Server> {
  const { runtimeDir, status, report, sync, confirm, states, stop, onFault } = options
  return startControlServer({
    path: join(runtimeDir, 'control.sock'),
    onFault,
    handlers: {
      status: report,
      async sync() {
        await sync('sync')
        return report()
      },
      async insist() {
        await sync('insist')
        return report()
      },
      async confirm() {
        const { pending } = status()
        // before it waits a change is not in the kernel yet, and must stay armed
        return pending !== null && (await confirm()) ? pending : null
      },
      hold: (_signal, request) => states.hold(request),
      resume: () => states.resume(),
      rollback: (_signal, request) => states.rollBack(request),
      apply: (_signal, request) => states.apply(request),
      async stop() {
        stop()
        return null
      },
    },
  })
}

async function startHook({ configuration, metrics, onPush, onFault }: ServerOptions): Promise<Server | undefined> {
  const { webhook, repository } = configuration
  if (webhook === undefined) return undefined
  const onResult = (result: WebhookResult): void => metrics.countWebhook(result)
  return startWebhook({ ...webhook, repository, clock: systemClock, onPush, onResult, onFault })
}

async function startPages({
  configuration,
  status,
  report,
  isAlive,
  metrics,
  onFault,
}: ServerOptions): Promise<Server | undefined> {
  const { observe } = configuration
  if (observe === undefined) return undefined
  return startObserveServer({ listen: observe, status, report, isAlive, metrics: () => metrics.print(), onFault })
}
