/** Tells systemd how the service is (sd_notify(3)); silent where systemd does not ask. Node cannot open that kind of socket: a small program does. */

import { runCommand } from './command.ts'

export interface ServiceNotifier {
  ready(): Promise<void>
  stopping(): Promise<void>
  /** One line for `systemctl status`. */
  status(text: string): Promise<void>
  /**
   * Pings the watchdog three times in its period as long as `isAlive`, until the signal aborts. Does nothing when the unit has no
   * watchdog. It keeps no process alive.
   */
  watch(isAlive: () => boolean, signal: AbortSignal): void
}

export interface ServiceNotifierOptions {
  /** Of the process: NOTIFY_SOCKET and WATCHDOG_USEC count. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** systemd-notify(1) failed: what it said. The agent goes on. */
  readonly onFault: (reason: string) => void
}

const notifyLimitMs = 5_000

export function createServiceNotifier({ environment, onFault }: ServiceNotifierOptions): ServiceNotifier {
  const socket = environment.NOTIFY_SOCKET
  const send = async (...state: readonly string[]): Promise<void> => {
    if (socket === undefined || socket === '') return
    const env = { NOTIFY_SOCKET: socket }
    const result = await runCommand({ program: 'systemd-notify', args: state, env, timeoutMs: notifyLimitMs })
    if (result.exitCode !== 0) onFault(result.stderr.trim() || `systemd-notify ended with ${result.exitCode}`)
  }
  return {
    ready: () => send('READY=1'),
    stopping: () => send('STOPPING=1'),
    status: (text) => send(`STATUS=${text.replaceAll('\n', ' ')}`),
    watch(isAlive, signal) {
      const periodMs = watchdogPeriodMs(environment)
      if (socket === undefined || periodMs === undefined || signal.aborted) return
      const timer = setInterval(() => {
        if (isAlive()) void send('WATCHDOG=1')
      }, periodMs / 3)
      timer.unref()
      signal.addEventListener('abort', () => clearInterval(timer), { once: true })
    },
  }
}

/** Undefined without a watchdog. WATCHDOG_PID is not looked at: behind a wrapper script it names the wrapper. */
function watchdogPeriodMs(environment: ServiceNotifierOptions['environment']): number | undefined {
  const microseconds = Number(environment.WATCHDOG_USEC ?? '')
  return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 : undefined
}
