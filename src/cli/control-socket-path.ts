/** Where the agent's control socket is, and whether an agent listens there. */

import { join } from 'node:path'
import { askAgent } from '../adapters/control-socket.ts'
import { HostError } from '../reconcile/host-error.ts'

/** systemd gives the folder to the service; a person at a shell finds the same one by its fixed name. */
export function runtimeDir(): string {
  return process.env.RAMPART_RUNTIME_DIR ?? process.env.RUNTIME_DIRECTORY?.split(':')[0] ?? '/run/rampart'
}

export function controlSocketPath(): string {
  return join(runtimeDir(), 'control.sock')
}

export async function isAgentRunning(): Promise<boolean> {
  try {
    await askAgent({ path: controlSocketPath(), command: 'status', timeoutMs: 10_000 })
    return true
  } catch (error) {
    if (error instanceof HostError && error.code === 'agent-unreachable') return false
    throw error
  }
}
