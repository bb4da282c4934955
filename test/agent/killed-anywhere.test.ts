/**
 * The agent, as it is shipped and in a process of its own, ends by SIGKILL at each thing that it does to the world: each file, program
 * and connection, before, while and after. Whatever it was at, the kernel holds one whole table, and the next agent goes on from there.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askAgent } from '../../src/adapters/control-socket.ts'
import { createStateStore } from '../../src/adapters/state-store.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { loopbackPolicy, openTo, withoutTcp } from '../fakes/lockout-policy.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { officeSet, temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { createSigner, type Signer, signTip } from '../fakes/signers.ts'
import { until } from '../fakes/until.ts'

const test = suite('the agent is killed anywhere')
const program = fileURLToPath(new URL('../../dist/rampart.js', import.meta.url))
const killer = fileURLToPath(new URL('../fakes/die-at.mjs', import.meta.url))
const folder = temporaryFolder()
const config = join(folder, 'agent.yaml')
const log = join(folder, 'points')
const socket = join(folder, 'run', 'control.sock')
/** Each point, which takes minutes; else one of each stage of a run. */
const isComplete = process.env.RAMPART_KILL_POINTS === 'all'
let lab: GitLab
let ada: Signer
let agent: ChildProcess | undefined

/** With `dieAt` the process ends at that point; 0 for never. Points before the first that begins with `from` do not count. */
async function start(dieAt = 0, from = ''): Promise<void> {
  await end()
  writeFileSync(log, '')
  const dying = { RAMPART_DIE_LOG: log, RAMPART_DIE_AT: String(dieAt), RAMPART_DIE_FROM: from }
  const env = { PATH: process.env.PATH, RAMPART_RUNTIME_DIR: join(folder, 'run'), ...dying }
  agent = spawn(process.execPath, ['--import', killer, program, 'run', '--config', config], { env, stdio: 'ignore' })
}

async function end(): Promise<void> {
  if (agent === undefined || hasEnded(agent)) return
  const gone = once(agent, 'exit')
  agent.kill('SIGKILL')
  await gone
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null
const status = (): Promise<AgentStatus | undefined> =>
  askAgent({ path: socket, command: 'status', timeoutMs: 5_000 }).catch(() => undefined)
const pointsReached = (): readonly string[] => readFileSync(log, 'utf8').trim().split('\n')

/** Until it was killed or its first run is over. */
async function firstRun(): Promise<AgentStatus | undefined> {
  let told: AgentStatus | undefined
  await until('the first run', async () => {
    if (agent !== undefined && hasEnded(agent)) return true
    told = await status()
    return (told?.attempted ?? null) !== null
  })
  return told
}

/** Lines in any order: a table that was changed lists its chains in another order than one that was loaded whole. */
function live(): string {
  const text = execFileSync('nft', ['-s', '-n', 'list', 'ruleset'], { encoding: 'utf8' })
  return text.split('\n').sort().join('\n')
}

function commit(files: Readonly<Record<string, string | undefined>>): string {
  lab.commit({ files })
  return signTip(lab.repository, ada)
}

function configure(apply: string): void {
  writeFileSync(
    config,
    `apiVersion: rampart/v1
kind: AgentConfiguration
node: web-1
repository: {url: "${lab.proxy.url}/policy.git"}
trust: {require: head, allowedSignersFile: signers}
schedule: "0 0 1 1 *"
stateDir: state
apply: {firstActivationDelay: 0s, ${apply}}
`,
  )
}

/** What a reader of the state folder finds, whoever died in it: the old content or the new one. */
async function assertStateIsReadable(where: string): Promise<void> {
  const warnings: unknown[] = []
  const store = createStateStore(join(folder, 'state'), { warn: (...words) => void warnings.push(words) })
  assert.ok((await store.loadLastGood()) !== undefined, where)
  await store.loadSetAside()
  assert.equal(warnings, [], where)
  const names = readdirSync(join(folder, 'state')).filter((entry) => /^[^.].*\.json$/.test(entry))
  for (const name of names) JSON.parse(readFileSync(join(folder, 'state', name), 'utf8'))
}

test.before(async () => {
  lab = await openGitLab()
  ada = createSigner(folder, 'ada')
  writeFileSync(join(folder, 'signers'), `ada@example.org ${ada.publicKey}\n`)
  commit({ ...loopbackPolicy(openTo(1)), 'web.yaml': webEndpoint, 'web-policy.yaml': webPolicy(1) })
})
test.after(async () => {
  await end()
  await lab.close()
})

interface Journey {
  readonly what: string
  readonly apply: string
  /** Only points from the first that begins so. */
  readonly from: string
  /** What these points are, in their order: of each stage one that nothing but this stage does. */
  readonly meets: readonly RegExp[]
  /** What there is to be done for the agent that dies, each time another commit. */
  readonly prepare: (round: number) => void
  /** When nobody dies. */
  readonly outcome: 'converged' | 'reverted'
}

/** One of two policies in turn. */
function edit(round: number): void {
  const files = {
    'web-policy.yaml': webPolicy(1000 + (round % 2)),
    'office.yaml': round % 2 === 0 ? undefined : officeSet,
  }
  commit(files)
}

const journeys: readonly Journey[] = [
  {
    what: 'a change that is confirmed',
    apply: 'confirmAfter: 0s',
    from: 'unlink pending.json',
    meets: [
      ...[/^unlink pending.json/, /^connect/, /^writeFile pack-/, /^ssh-keygen -Y verify/, /^ip -j address/, /^nft -s/],
      ...[/^connect/, /^rename pending.json/, /^rename inverse.nft/, /^sh rampart-revert.sh/, /^nft -f/, /^connect/],
      ...[/^unlink inverse.nft/, /^rename last-good.nft/, /^unlink pending.json/, /^rename status.json/],
    ],
    prepare: edit,
    outcome: 'converged',
  },
  {
    what: 'a change that is taken back',
    apply: 'confirmTimeout: 1s, confirmAfter: 500ms',
    from: 'rename claimed.nft',
    meets: [/^rename claimed.nft/, /^nft -f/, /^rename set-aside.json/, /^unlink claimed.nft/, /^unlink pending.json/],
    prepare: (round) => void commit({ ...loopbackPolicy(withoutTcp), note: `${round}` }),
    outcome: 'reverted',
  },
  {
    what: 'a change after a reboot',
    apply: 'confirmAfter: 0s',
    from: 'nft -f',
    meets: [/^nft -f/, /^nft -s/],
    prepare(round) {
      execFileSync('nft', ['delete table inet rampart'])
      edit(round)
    },
    outcome: 'converged',
  },
]

for (const journey of journeys) {
  test(`at any point of ${journey.what}`, async () => {
    configure(journey.apply)
    const { tables, deadly } = await learn(journey)
    let deaths = 0
    let round = 1
    for (const number of deadly) {
      round += 1
      journey.prepare(round)
      await start(number, journey.from)
      await firstRun()
      if (agent?.signalCode !== 'SIGKILL') await end()
      else deaths += 1
      const where = `${journey.what}: ${pointsReached().at(-1)}`
      assert.ok(tables.includes(live()), `${where}: the table is neither the old one nor the new one`)
      await assertStateIsReadable(where)
      await recover(where, tables)
    }
    assert.ok(deaths >= deadly.length * 0.9, `${deaths} deaths at ${deadly.length} points`)
  })
}

type Lesson = { readonly tables: readonly string[]; readonly deadly: readonly number[] }

/** When nobody dies. */
async function learn({ what, from, meets, prepare, outcome }: Journey): Promise<Lesson> {
  prepare(0)
  await start()
  await firstRun()
  const tables = new Set([await settle()])
  await end()
  prepare(1)
  await start(0, from)
  let told: AgentStatus | undefined
  await until('the end', async () => {
    tables.add(live())
    told = await status()
    return (told?.attempted ?? null) !== null
  })
  tables.add(live())
  assert.is(told?.attempted?.outcome, outcome, told?.attempted?.message)
  const points = pointsReached()
  const numbers: number[] = []
  let at = -1
  for (const pattern of meets) {
    at = points.findIndex((point, index) => index > at && pattern.test(point))
    assert.is.not(at, -1, `${what}: no ${pattern} in ${points.join('\n')}`)
    if (!/^(writeFile|rename (status|pending))/.test(points[at] ?? '')) numbers.push(at + 1)
  }
  await end()
  assert.is(tables.size, from === 'nft -f' ? 3 : 2, 'the old one, the new one, after a reboot none')
  return { tables: [...tables], deadly: isComplete ? points.map((_, index) => index + 1) : numbers }
}

/** Another agent, in its first run and when somebody insists: then the newest commit is enforced. */
async function recover(where: string, tables: readonly string[]): Promise<void> {
  await start()
  const first = await firstRun()
  assert.match(
    first?.attempted?.outcome ?? '',
    /^(converged|refused|reverted)$/,
    `${where}: ${first?.attempted?.message}`,
  )
  assert.ok(tables.includes(live()), `${where}: the next agent`)
  await settle()
  const left = readdirSync(join(folder, 'state')).filter((name) => /^(inverse|claimed|reverted|pending)/.test(name))
  assert.equal(left, [], where)
  await end()
}

/** The newest commit is one that holds, and the agent that runs takes it; gives the table. */
async function settle(): Promise<string> {
  const newest = commit(loopbackPolicy(openTo(1)))
  const { attempted, applied } = await askAgent({ path: socket, command: 'insist', timeoutMs: 20_000 })
  assert.equal([attempted?.outcome, applied?.commit], ['converged', newest], attempted?.message)
  return live()
}

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
