/** Runs a whole test file in a network namespace of its own, with nothing but loopback. */

import { spawnSync } from 'node:child_process'
import { kernelAvailable } from './kernel.ts'
import { skipLoudly } from './skip.ts'

const mark = 'RAMPART_TEST_NAMESPACE'

/**
 * True inside the namespace. Outside it runs the file again inside, passes its output and exit code on, and gives false:
 * then the file must do nothing more. Where there are no namespaces it says so loudly.
 *
 * @param more options of unshare: `-m` when the file mounts something, which nobody else then sees
 */
export function inOwnNamespace(file: string, ...more: readonly '-m'[]): boolean {
  if (process.env[mark] === '1') return true
  const kernel = kernelAvailable()
  if (!kernel.ok) {
    skipLoudly(kernel.reason)
    return false
  }
  const script = 'ip link set lo up && exec "$0" --import tsx "$1"'
  const child = spawnSync('unshare', ['-n', ...more, 'sh', '-c', script, process.execPath, file], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: '1' },
  })
  process.exitCode = child.status ?? 1
  return false
}
