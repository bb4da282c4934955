/**
 * A folder of policies, a folder for state, the built program and a number of rounds -> how long the agent takes to repair what
 * somebody else did, as JSON, beside the two calls of nft that a repair cannot do without. A program, for a fresh network namespace.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { startGitServer } from '../../src/demo/git-server.ts'
import { diff } from '../../src/diff/diff.ts'
import { printReplacement, printScript } from '../../src/diff/print-script.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { generatedNode } from './generate-policies.ts'
import { GenerationListener } from './generation-listener.ts'
import { timeProgram } from './time-program.ts'

export type DriftKind = 'a rule added' | 'a chain of policy emptied' | 'the table deleted'

/** Milliseconds. */
export interface DriftSample {
  readonly kind: DriftKind
  /** From the foreign commit to the commit of the repair, both as a listener hears of them. */
  readonly repairMs: number
  /** Listing the table and loading that very repair, by hand, without an agent. */
  readonly bareMs: number
}

const kinds: readonly DriftKind[] = ['a rule added', 'a chain of policy emptied', 'the table deleted']

async function load(script: string): Promise<number> {
  const child = spawn('nft', ['-f', '-'], { stdio: ['pipe', 'inherit', 'inherit'] })
  child.stdin.end(script)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`nft refused: ${script.slice(0, 200)}`)
  return child.pid ?? 0
}

async function list(): Promise<string> {
  return (await timeProgram(['nft', '-s', '-n', 'list', 'table', 'inet', 'rampart'])).stdout
}

/** nft scripts; the chain is the longest one. */
function tampering(kind: DriftKind, listing: string): string {
  if (kind === 'a rule added') return 'insert rule inet rampart input tcp dport 31337 accept\n'
  if (kind === 'the table deleted') return 'delete table inet rampart\n'
  const chains = [...(readTable(listing)?.chains.values() ?? [])].sort(
    (left, right) => right.rules.length - left.rules.length,
  )
  return `flush chain inet rampart ${chains[0]?.name}\n`
}

/** The same tampering without an agent: what a person with nft would have to do, once it is known what to load. */
async function measureBare(listener: GenerationListener, kind: DriftKind, listing: string): Promise<number> {
  await load(tampering(kind, listing))
  const live = kind === 'the table deleted' ? '' : await list()
  const desired = readTable(listing)
  if (desired === undefined) throw new Error('the listing is no table')
  const script = printScript(diff(desired, readTable(live)))
  const startedMs = performance.now()
  await timeProgram(['nft', '-s', '-n', 'list', kind === 'the table deleted' ? 'tables' : 'table inet rampart'])
  const heard = listener.commits.length
  await load(script)
  return (await listener.wait(heard)).atMs - startedMs
}

async function measureRepair(listener: GenerationListener, kind: DriftKind, listing: string): Promise<number> {
  const heard = listener.commits.length
  const pid = await load(tampering(kind, listing))
  const foreign = await listener.wait(heard, (commit) => commit.pid === pid)
  const repair = await listener.wait(heard, (commit) => commit.pid !== pid)
  return repair.atMs - foreign.atMs
}

async function startAgent(rampart: string, config: string, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [rampart, 'run', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RAMPART_RUNTIME_DIR: join(folder, 'run') },
  })
  if (child.stdout === null) throw new Error('the agent has no output')
  let converged = false
  let listens = false
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('"converged"') || line.includes('"in-sync"')) converged = true
    if (line.includes('"ruleset-watch-listens"')) listens = true
    if (converged && listens) break
  }
  child.stdout.resume()
  // The comparison that a new listener asks for, and the pause after it
  await delay(1_000)
  return child
}

async function main([policies = '', folder = '', rampart = '', rounds = '1']: readonly string[]): Promise<void> {
  const repository = join(folder, 'root', 'policy.git')
  mkdirSync(join(folder, 'root'), { recursive: true })
  createBareRepository(repository)
  const files = readdirSync(policies, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  commitFiles(repository, {
    files: Object.fromEntries(files.map((path) => [relative(policies, path), readFileSync(path, 'utf8')])),
  })
  const server = await startGitServer({ root: join(folder, 'root'), host: '127.0.0.1', port: 0 })
  const config = join(folder, 'agent.yaml')
  const lines = ['apiVersion: rampart/v1', 'kind: AgentConfiguration', `node: ${generatedNode}`]
  const quiet = ['schedule: "0 0 1 1 *"', 'driftInterval: 1h', 'logLevel: debug', `stateDir: ${join(folder, 'state')}`]
  const apply = 'apply: {firstActivationDelay: 0s, confirmAfter: 0s, probes: []}'
  writeFileSync(config, [...lines, `repository: {url: "${server.url}/policy.git"}`, ...quiet, apply, ''].join('\n'))
  const listener = new GenerationListener()
  const samples: DriftSample[] = []
  for (let round = 0; round < Number(rounds); round++) {
    const agent = await startAgent(rampart, config, folder)
    const listing = await list()
    const repaired = new Map<DriftKind, number>()
    for (const kind of kinds) {
      repaired.set(kind, await measureRepair(listener, kind, listing))
      await delay(1_000)
    }
    agent.kill('SIGTERM')
    await once(agent, 'exit')
    for (const kind of kinds) {
      const desired = readTable(listing)
      if (desired !== undefined) await load(printReplacement(desired))
      samples.push({
        kind,
        repairMs: repaired.get(kind) ?? Number.NaN,
        bareMs: await measureBare(listener, kind, listing),
      })
    }
  }
  listener.close()
  await server.close()
  process.stdout.write(JSON.stringify(samples))
}

await main(process.argv.slice(2))
