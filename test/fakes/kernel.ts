/** A real kernel for tests, in network namespaces of their own: the machine's own ruleset is never read or written. */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

const timeoutMs = 10_000

export type KernelAvailability = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Whether this process can make network namespaces and load rulesets in them. The reason starts with `kernel:`. */
export function kernelAvailable(): KernelAvailability {
  if (process.getuid?.() !== 0) return { ok: false, reason: 'kernel: needs root' }
  for (const [program, ...args] of [
    ['nft', '--version'],
    ['ip', '-V'],
    ['unshare', '-n', 'nft', 'list', 'ruleset'],
  ] as const) {
    const tried = spawnSync(program, args, { encoding: 'utf8', timeout: timeoutMs })
    if (tried.error !== undefined)
      return { ok: false, reason: `kernel: ${program} cannot be started: ${tried.error.message}` }
    if (tried.status !== 0)
      return { ok: false, reason: `kernel: ${program} ${args.join(' ')} fails: ${tried.stderr.trim()}` }
  }
  return { ok: true }
}

/**
 * Loads an nft script in a fresh namespace and gives what `nft -s -n list table inet rampart` then prints.
 *
 * @throws Error with what nft said, when it refuses the script or there is no such table afterwards
 */
export function nftInNamespace(script: string): Promise<string> {
  return shellInNamespace('nft -f - && TZ=UTC nft -s -n list table inet rampart', script)
}

/**
 * Runs one line of sh in a fresh namespace, where loopback is down and nothing is loaded; gives its standard output.
 *
 * @throws Error with its standard error, when it ends with another code than 0 or takes longer than 10 s
 */
export async function shellInNamespace(line: string, input: string): Promise<string> {
  const child = spawn('unshare', ['-n', 'sh', '-c', line], { timeout: timeoutMs, killSignal: 'SIGKILL' })
  // EPIPE when the shell ends without reading: its exit code tells more
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  if (code !== 0) throw new Error(`${line} ended with ${signal ?? code}: ${stderr.trim()}`)
  return stdout
}

let counter = 0

/**
 * Uniquely named namespaces, removed with everything in them by `remove()`, and at the latest when the process ends or
 * is told to by a signal.
 */
export class Namespaces {
  readonly #names: string[] = []
  readonly #onExit = (): void => this.remove()
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.remove()
    process.kill(process.pid, signal)
  }

  constructor() {
    process.once('exit', this.#onExit)
    for (const signal of endingSignals) process.once(signal, this.#onSignal)
  }

  /** A new namespace with loopback up; gives its name. */
  add(): string {
    counter += 1
    const name = `rampart-test-${process.pid}-${counter}`
    ip('netns', 'add', name)
    this.#names.push(name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    return name
  }

  /** A cable: one end is an interface in one namespace, the other in another. Both are up; addresses carry their prefix length. */
  connect(left: CableEnd, right: CableEnd): void {
    ip(
      '-n',
      left.namespace,
      'link',
      'add',
      left.name,
      'type',
      'veth',
      'peer',
      'name',
      right.name,
      'netns',
      right.namespace,
    )
    for (const end of [left, right]) {
      for (const address of end.addresses)
        ip('-n', end.namespace, 'address', 'add', address, 'dev', end.name, ...noWait(address))
      ip('-n', end.namespace, 'link', 'set', end.name, 'up')
    }
  }

  /** Removes them all, and the processes in them; can be called again. */
  remove(): void {
    for (const name of this.#names.splice(0)) {
      const inside = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8', timeout: timeoutMs }).stdout ?? ''
      for (const pid of inside.split('\n').filter(Boolean)) killNow(Number(pid))
      spawnSync('ip', ['netns', 'delete', name], { timeout: timeoutMs })
    }
    process.off('exit', this.#onExit)
    for (const signal of endingSignals) process.off(signal, this.#onSignal)
  }
}

/** It may have gone by itself in the meantime. */
function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface CableEnd {
  readonly namespace: string
  /** Of the interface; at most 15 characters. */
  readonly name: string
  readonly addresses: readonly string[]
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe', timeout: timeoutMs })
}

// Duplicate address detection would keep an IPv6 address unusable for a second
function noWait(address: string): readonly string[] {
  return address.includes(':') ? ['nodad'] : []
}
