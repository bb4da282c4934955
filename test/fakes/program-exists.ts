/** Whether a program that only some tests need is on this machine. */

import { spawnSync } from 'node:child_process'

export function programExists(name: string): boolean {
  return spawnSync(name, ['--version'], { timeout: 60_000 }).error === undefined
}
