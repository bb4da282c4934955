/** The kernel's packet filter through the nft program: one table read as text, one script loaded as one transaction. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostError, type HostErrorCode } from '../reconcile/host-error.ts'
import type { CounterValue, Kernel } from '../reconcile/ports.ts'
import { type ListedPart, withParts } from '../ruleset/part.ts'
import { readTable } from '../ruleset/read-table.ts'
import { emptyRuleset, type Ruleset, tableName } from '../ruleset/ruleset.ts'
import { type Command, type CommandResult, runCommand } from './command.ts'
import { describeSystemError } from './files.ts'
import { NftTrial } from './nft-trial.ts'
import { ReadyProgram } from './ready-program.ts'
import { runThroughFile } from './run-through-file.ts'

/** Nobody knows its length before. The kernel lists 100,000 rules in 32 s, twice as many in four times that; nft retries as long as others write. */
const listLimitMs = 600_000

/** Far above what any script takes: the kernel loads 100,000 rules, which are 27 million characters, in 11 s. */
function loadLimitMs(script: string): number {
  return 120_000 + script.length / 50
}

/** A pipe takes this much in one piece. */
const mostPipedCharacters = 32 * 1024

export interface KernelOptions {
  /** The process id of each nft that is about to write. */
  readonly onWriter?: (pid: number) => void
}

/** Runs nft in the network namespace of this process. */
export function openKernel({ onWriter = () => undefined }: KernelOptions = {}): Kernel {
  const trial = new NftTrial()
  const loader = new ReadyProgram({ program: 'nft', args: ['-f', '-'] })
  return {
    read,
    readParts,
    prepareLoad: (signal) => loader.prepare(signal),
    load: (script, signal) => load(loader, script, { signal, onStart: onWriter }),
    fillsChains: (signal) => trial.fillsChains(signal),
    readCounters,
  }
}

async function read(signal: AbortSignal, expected?: Ruleset): Promise<Ruleset | undefined> {
  // -s leaves out counter values, -n lists numbers, TZ gives dates one meaning: two listings of one table are equal.
  const args = ['-s', '-n', 'list', 'table', ...tableName.split(' ')]
  const list = { program: 'nft', args, timeoutMs: listLimitMs, signal, env: { TZ: 'UTC' } }
  const result = await runThroughFile(list, (listing) => listing.endsWith('}\n'))
  if (result.exitCode === 0) return readTable(result.stdout, expected)
  if (isAbsent(result)) return undefined
  throw failure(result, 'list the table')
}

/** Side by side: nft 1.0.6 fails when it is to list two of them. */
async function readParts(parts: readonly ListedPart[], signal: AbortSignal): Promise<Ruleset | undefined> {
  const options = { signal, env: { TZ: 'UTC' }, timeoutMs: listLimitMs }
  const listings = await Promise.all(
    parts.map(({ keyword, name }) => nft(['-s', '-n', 'list', keyword, ...tableName.split(' '), name], options)),
  )
  let live = emptyRuleset
  for (const listing of listings) {
    const part = listing.exitCode === 0 ? readTable(listing.stdout) : undefined
    if (part === undefined && !isAbsent(listing)) throw failure(listing, 'list a part of the table')
    if (part === undefined || part.foreign.size > 0) return undefined
    live = withParts(live, part)
  }
  return live
}

function isAbsent({ exitCode, stderr }: CommandResult): boolean {
  return exitCode !== 0 && /No such file or directory/.test(stderr)
}

async function load(
  loader: ReadyProgram,
  script: string,
  writer: { readonly signal: AbortSignal; readonly onStart: (pid: number) => void },
): Promise<void> {
  const options = { ...writer, timeoutMs: loadLimitMs(script) }
  const [result] =
    script.length <= mostPipedCharacters
      ? [await loader.run({ input: script, ...options })]
      : await Promise.all([withScriptFile(script, (path) => nft(['-f', path], options)), loader.end()])
  if (result.exitCode !== 0) throw failure(result, 'load the ruleset')
}

/** Should we die while a long script goes through a pipe, nft would take what came for the whole, and commit it. */
async function withScriptFile<T>(script: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await inFolder(mkdtemp(join(tmpdir(), 'rampart-nft-')))
  try {
    const path = join(folder, 'script')
    await inFolder(writeFile(path, script, { mode: 0o600 }))
    return await work(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function inFolder<T>(writing: Promise<T>): Promise<T> {
  return await writing.catch((cause: unknown) => {
    throw new HostError('command-failed', `nft cannot be given its script: ${describeSystemError(cause)}`, { cause })
  })
}

/** With -t, because every other way to list counters makes nft fetch all set elements first (nft 1.0.6). */
async function readCounters(signal: AbortSignal): Promise<ReadonlyMap<string, CounterValue>> {
  const result = await nft(['-j', '-t', 'list', 'ruleset'], { signal, timeoutMs: listLimitMs })
  if (result.exitCode !== 0) throw failure(result, 'list the counters')
  const { nftables } = JSON.parse(result.stdout) as {
    readonly nftables: readonly { readonly counter?: ListedCounter }[]
  }
  const ours = nftables.flatMap(({ counter }) =>
    counter && `${counter.family} ${counter.table}` === tableName ? [counter] : [],
  )
  return new Map(ours.map(({ name, packets, bytes }) => [name, { packets, bytes }]))
}

interface ListedCounter extends CounterValue {
  readonly family: string
  readonly table: string
  readonly name: string
}

function nft(
  args: readonly string[],
  options: Pick<Command, 'signal' | 'onStart' | 'env' | 'timeoutMs'>,
): Promise<CommandResult> {
  return runCommand({ program: 'nft', args, ...options })
}

function failure(result: CommandResult, what: string): HostError {
  const said = result.stderr.trim().split('\n')
  const reason = said.find((line) => /error/i.test(line)) ?? said[0] ?? ''
  return new HostError(
    codeOf(result),
    `nft could not ${what}: ${hint(result) ?? reason.replace(/^\/\S+?:(?=\d)/, 'line ')}`,
  )
}

function codeOf({ end, stderr }: CommandResult): HostErrorCode {
  if (end === 'missing') return 'nft-missing'
  // nobody knows whether it got as far as the commit
  if (end !== 'exited') return 'command-failed'
  return /Operation not permitted|must be root/i.test(stderr) ? 'nft-permission' : 'nft-refused'
}

function hint(result: CommandResult): string | undefined {
  if (result.end === 'missing') return 'there is no program nft; install the package nftables'
  if (codeOf(result) === 'nft-permission') return 'it takes root or CAP_NET_ADMIN'
  return undefined
}
