/** Starts systemd/rampart-revert.sh so that it outlives us: in a session of its own, with nothing of ours but PATH. */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { commandEnvironment } from './command.ts'

/** Undefined when it began to run; else why not. */
export function startRevertScript(folder: string): Promise<string | undefined> {
  const script = findRevertScript()
  if (script === undefined) return Promise.resolve('systemd/rampart-revert.sh is missing from the package')
  return new Promise((resolve) => {
    const child = spawn('sh', [script, folder], { detached: true, stdio: 'ignore', env: commandEnvironment({}) })
    child.on('error', (error) => resolve(error.message))
    child.on('spawn', () => resolve(undefined))
    child.unref()
  })
}

/** `systemd/` lies beside `src/` and beside `dist/`; this file is in `src/adapters/` or, bundled, in `dist/` or `dist/chunks/`. */
function findRevertScript(): string | undefined {
  const paths = ['../systemd', '../../systemd'].map((folder) => `${folder}/rampart-revert.sh`)
  return paths.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path))
}
