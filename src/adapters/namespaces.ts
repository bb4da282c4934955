/** Private network namespaces by the ip program: made, wired, entered and removed by name. */

import { HostError } from '../reconcile/host-error.ts'
import { runCommand } from './command.ts'

const timeoutMs = 5000

export interface Program {
  readonly program: string
  readonly args: readonly string[]
}

/** The same program, started inside the namespace. It sees the namespace's network and everybody's files. */
export function inNamespace(name: string, inner: Program): Program {
  return { program: 'ip', args: ['netns', 'exec', name, inner.program, ...inner.args] }
}

/** @throws HostError namespace-failed */
export async function createNamespace(name: string): Promise<void> {
  await ip({
    args: ['netns', 'add', name],
    input: '',
    failure: `cannot make the network namespace ${name}${whoseRight()}`,
  })
}

function whoseRight(): string {
  return process.getuid?.() === 0 ? '' : ', which takes root'
}

/**
 * Runs lines of the ip program inside a namespace, in order, such as `link set lo up`; stops at the first that fails.
 *
 * @throws HostError namespace-failed
 */
export async function configureNamespace(name: string, lines: readonly string[]): Promise<void> {
  const input = `${lines.join('\n')}\n`
  await ip({ args: ['-n', name, '-batch', '-'], input, failure: `cannot wire the network namespace ${name}` })
}

/** The names of all of them; empty when there are none or the ip program is missing. */
export async function listNamespaces(): Promise<readonly string[]> {
  const listed = await runCommand({ program: 'ip', args: ['netns', 'list'], timeoutMs })
  return listed.stdout.split('\n').flatMap((line) => line.split(' ', 1)[0] || [])
}

/** Ends every process inside, then removes it with its links and its firewall. Never throws; one that is gone is fine. */
export async function removeNamespace(name: string): Promise<void> {
  const inside = await runCommand({ program: 'ip', args: ['netns', 'pids', name], timeoutMs })
  for (const line of inside.stdout.split('\n')) killProcess(Number(line))
  await runCommand({ program: 'ip', args: ['netns', 'delete', name], timeoutMs })
}

function killProcess(pid: number): void {
  // 0 and negative numbers would mean whole groups
  if (!Number.isInteger(pid) || pid <= 1) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself meanwhile
  }
}

/** Also for what stops working inside one. */
export function namespaceError(message: string): HostError {
  return new HostError('namespace-failed', message)
}

async function ip(call: { readonly args: readonly string[]; readonly input: string; readonly failure: string }) {
  const done = await runCommand({ program: 'ip', args: call.args, input: call.input, timeoutMs })
  if (done.end === 'exited' && done.exitCode === 0) return
  throw namespaceError(`${call.failure}: ${done.stderr.trim().split('\n', 1)[0]}`)
}
