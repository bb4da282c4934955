/**
 * Starts systemd/rampart-revert.sh so that it outlives us: in a session of its own, with nothing of ours but PATH. The shell that runs
 * it may be started before there is anything to watch; should we die before we tell it to go on, it reads end of file and ends.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { commandEnvironment } from './command.ts'
import { describeSystemError } from './files.ts'

/** It lets go of our pipe before the script begins. */
const waitAndRun = 'read -r _ && exec </dev/null && . "$0"'

interface Started {
  readonly shell: ChildProcess | undefined
  /** Why it does not run; undefined when it does. */
  readonly fault: Promise<string | undefined>
}

export class RevertScript {
  private readonly folder: string
  private waiting: Started | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** Its shell waits for the next start, or until the signal aborts. Never throws: start() tries again where none waits. */
  prepare(signal: AbortSignal): void {
    if (signal.aborted) return
    this.dismiss(this.waiting)
    const started = startShell(this.folder)
    this.waiting = started
    signal.addEventListener('abort', () => this.dismiss(started), { once: true })
  }

  /** Undefined when it began to run; else why not. */
  async start(): Promise<string | undefined> {
    const { waiting } = this
    this.waiting = undefined
    const { shell, fault } = waiting !== undefined && isAlive(waiting) ? waiting : startShell(this.folder)
    shell?.stdin?.end('\n')
    return await fault
  }

  private dismiss(started: Started | undefined): void {
    if (started === undefined || this.waiting !== started) return
    this.waiting = undefined
    started.shell?.stdin?.destroy()
  }
}

function isAlive({ shell }: Started): boolean {
  return shell?.pid !== undefined && shell.exitCode === null && shell.signalCode === null
}

function startShell(folder: string): Started {
  const script = findRevertScript()
  if (script === undefined) return failed('systemd/rampart-revert.sh is missing from the package')
  try {
    const shell = spawn('sh', ['-c', waitAndRun, script, folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: commandEnvironment({}),
    })
    const fault = new Promise<string | undefined>((resolve) => {
      shell.on('error', (error) => resolve(error.message))
      shell.on('spawn', () => resolve(undefined))
    })
    // one that has ended gives no sign, which is what we wait for; there is none where no descriptor is left
    shell.stdin?.on('error', () => undefined)
    shell.unref()
    return { shell, fault }
  } catch (error) {
    return failed(describeSystemError(error))
  }
}

function failed(why: string): Started {
  return { shell: undefined, fault: Promise.resolve(why) }
}

/** `systemd/` lies beside `src/` and beside `dist/`; this file is in `src/adapters/` or, bundled, in `dist/` or `dist/chunks/`. */
function findRevertScript(): string | undefined {
  const paths = ['../systemd', '../../systemd'].map((folder) => `${folder}/rampart-revert.sh`)
  return paths.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path))
}
