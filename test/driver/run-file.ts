/** Runs one test file in a process group of its own, until it ends or overruns its limit; nothing of it is left behind. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Ending } from './read-output.ts'

const graceMs = 3000
const groups = new Set<number>()

/** Standard output and error come in one text, as a person would see them. Never rejects because of the file. */
export async function runFile(file: string, limitMs: number): Promise<Ending> {
  // Colour would hide the totals. NODE_TEST_CONTEXT and FORCE_COLOR come from whoever started the driver
  const { FORCE_COLOR, NODE_TEST_CONTEXT, ...inherited } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, NO_COLOR: '1' },
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = once(child, 'exit')
  const closed = once(child, 'close')
  if (child.pid !== undefined) groups.add(child.pid)
  const overran = await isLater(ended, limitMs)
  if (overran) {
    // SIGTERM first: tests remove their network namespaces on it
    signal(child.pid, 'SIGTERM')
    await isLater(ended, graceMs)
  }
  signal(child.pid, 'SIGKILL')
  await isLater(closed, graceMs)
  if (child.pid !== undefined) groups.delete(child.pid)
  return {
    output: Buffer.concat(chunks).toString(),
    exitCode: child.exitCode,
    overranMs: overran ? limitMs : undefined,
  }
}

/** Tells every file that still runs to end, at once: for when the driver itself is told to. */
export function endRunningFiles(): void {
  for (const pid of groups) signal(pid, 'SIGTERM')
}

async function isLater(event: Promise<unknown>, limitMs: number): Promise<boolean> {
  const timer = new AbortController()
  const late = delay(limitMs, true, { signal: timer.signal }).catch(() => false)
  const first = await Promise.race([event.then(() => false), late])
  timer.abort()
  return first
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // ESRCH: the whole group has ended
  }
}
