/**
 * Starts systemd/rampart-revert.sh so that it outlives us: in a session of its own, with nothing of ours but PATH. The shell that runs
 * it may be started before there is anything to watch; should we die before we tell it to go on, it reads end of file and ends.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { commandEnvironment } from './command.ts'

type Shell = ChildProcessByStdio<Writable, null, null>

/** In the shell that waits, so that it lets go of our pipe. */
const waitAndRun = 'read -r _ && exec </dev/null && . "$0"'

export class RevertScript {
  private readonly folder: string
  private waiting: Shell | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** Its shell waits for the next start, or until the signal aborts. */
  prepare(signal: AbortSignal): void {
    const script = findRevertScript()
    if (script === undefined || signal.aborted) return
    this.waiting?.stdin.destroy()
    const shell = spawnShell(script, this.folder)
    this.waiting = shell
    const dismiss = (): void => {
      if (this.waiting !== shell) return
      this.waiting = undefined
      shell.stdin.destroy()
    }
    signal.addEventListener('abort', dismiss, { once: true })
  }

  /** Undefined when it began to run; else why not. */
  async start(): Promise<string | undefined> {
    const script = findRevertScript()
    if (script === undefined) return 'systemd/rampart-revert.sh is missing from the package'
    const { waiting } = this
    this.waiting = undefined
    const shell = waiting !== undefined && isAlive(waiting) ? waiting : spawnShell(script, this.folder)
    shell.stdin.end('\n')
    return isAlive(shell)
      ? undefined
      : await new Promise((resolve) => shell.on('error', (error) => resolve(error.message)))
  }
}

function isAlive({ pid, exitCode, signalCode }: Shell): boolean {
  return pid !== undefined && exitCode === null && signalCode === null
}

function spawnShell(script: string, folder: string): Shell {
  const shell = spawn('sh', ['-c', waitAndRun, script, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: commandEnvironment({}),
  })
  // whether it runs is asked when it is told to go on, and the script then gives a sign
  shell.on('error', () => undefined)
  shell.stdin.on('error', () => undefined)
  shell.unref()
  return shell
}

/** `systemd/` lies beside `src/` and beside `dist/`; this file is in `src/adapters/` or, bundled, in `dist/` or `dist/chunks/`. */
function findRevertScript(): string | undefined {
  const paths = ['../systemd', '../../systemd'].map((folder) => `${folder}/rampart-revert.sh`)
  return paths.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path))
}
