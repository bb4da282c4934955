/**
 * The agent, as it is shipped and in a process of its own, ends by SIGKILL at each thing that it does to the world: each file, program
 * and connection, before, while and after. Whatever it was at, the kernel holds one whole table, and the next agent goes on from there:
 * while git is out of reach with the new policy if that was confirmed, else with the old one.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createStateStore } from '../../src/adapters/state-store.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { KillableAgent, liveTable } from '../fakes/killable-agent.ts'
import { loopbackPolicy, openTo, withoutTcp } from '../fakes/lockout-policy.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { officeSet, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { createSigner, type Signer, signTip } from '../fakes/signers.ts'

const test = suite('the agent is killed anywhere')
const killer = fileURLToPath(new URL('../fakes/die-at.mjs', import.meta.url))
/** Each point, which takes minutes; else one of each stage of a run. */
const isComplete = process.env.RAMPART_KILL_POINTS === 'all'
const agent = new KillableAgent((folder) => ({
  options: ['--import', killer],
  env: { RAMPART_DIE_LOG: join(folder, 'points'), RAMPART_DIE_PLAN: join(folder, 'plan') },
}))
const log = join(agent.folder, 'points')
const plan = join(agent.folder, 'plan')
let lab: GitLab
let ada: Signer

function commit(files: Readonly<Record<string, string | undefined>>): string {
  lab.commit({ files })
  return signTip(lab.repository, ada)
}

interface Journey {
  readonly what: string
  readonly apply: string
  /** Only points from the first that begins so. */
  readonly from: string
  /** What these points are, in their order: of each stage one that nothing but this stage does. */
  readonly meets: readonly RegExp[]
  /** What there is to be done for the agent that dies, each time another commit; `before`: what the kernel holds. */
  readonly prepare: (round: number, before: string) => void
  /** What it is to do then; `start`: the first run does it. */
  readonly begins: 'sync' | 'start'
  /** Of the run when nobody dies. */
  readonly outcome: 'converged' | 'reverted'
  /** How the next agent is asked once git answers, and what becomes of that. */
  readonly recovery: readonly ['sync' | 'insist', RegExp]
}

/** The one of two policies that the kernel does not hold. */
function edit(_round: number, before: string): void {
  const port = before.includes('dport 1000 ') ? 1001 : 1000
  commit({ 'web-policy.yaml': webPolicy(port), 'office.yaml': port === 1000 ? undefined : officeSet })
}

const journeys: readonly Journey[] = [
  {
    what: 'a change that is confirmed',
    apply: 'confirmAfter: 0s',
    from: 'unlink pending.json',
    meets: [
      ...[/^unlink pending.json/, /^connect/],
      // they wait for their input
      ...[/^sh .*rampart-revert.sh state runs/, /^nft -f - runs/, /^ssh-keygen -Y verify/],
      ...[/^rename deadline/, /^link last-good.nft/, /^rename inverse.nft/],
      ...[/^sh .*rampart-revert.sh state has its input/, /^nft -f - has its input/, /^rename next-good.nft/],
      ...[/^unlink inverse.nft begins/, /^unlink inverse.nft is done/, /^rename last-good.nft/],
      ...[/^unlink next-good.nft/, /^unlink pending.json/],
    ],
    prepare: edit,
    begins: 'sync',
    outcome: 'converged',
    recovery: ['insist', /^converged$/],
  },
  {
    what: 'a change that is taken back',
    apply: 'confirmTimeout: 1s, confirmAfter: 500ms',
    from: 'rename claimed.nft',
    meets: [
      ...[/^rename claimed.nft/, /^nft -f/, /^rename set-aside.json/, /^unlink next-good.nft is done/],
      ...[/^unlink claimed.nft/, /^unlink pending.json/],
    ],
    prepare: (round) => void commit({ ...loopbackPolicy(withoutTcp), note: `${round}` }),
    begins: 'sync',
    outcome: 'reverted',
    recovery: ['sync', /^(refused|reverted)$/],
  },
  {
    what: 'a change after a reboot',
    apply: 'confirmAfter: 0s',
    from: 'nft -f',
    meets: [/^nft -f/, /^nft -s/],
    prepare(round, before) {
      execFileSync('nft', ['delete table inet rampart'])
      edit(round, before)
    },
    begins: 'start',
    outcome: 'converged',
    recovery: ['insist', /^converged$/],
  },
]

test.before(async () => {
  lab = await openGitLab()
  ada = createSigner(agent.folder, 'ada')
  writeFileSync(join(agent.folder, 'signers'), `ada@example.org ${ada.publicKey}\n`)
})
test.after(async () => {
  await agent.end('SIGKILL')
  await lab.close()
})

for (const journey of journeys) {
  test(`at any point of ${journey.what}`, async () => {
    const { tables, deadly } = await learn(journey)
    let deaths = 0
    for (const [index, number] of deadly.entries()) {
      const before = liveTable()
      await travel(journey, { round: index + 2, number })
      if (agent.wasKilled()) deaths += 1
      const points = pointsReached()
      const where = `${journey.what}: ${points.at(-1)}`
      assert.ok(tables.includes(liveTable()), `${where}: the table is neither the old one nor the new one`)
      await assertStateIsReadable(where)
      // the file may have gone while something else was done as well, and that was the point
      const isConfirmed =
        journey.outcome === 'converged' && points.includes('unlink inverse.nft begins') && !hasHandle()
      const [other = ''] = tables.filter((table) => table !== before && table !== '')
      await recover(journey, { where, expected: isConfirmed ? other : before })
    }
    await agent.end('SIGKILL')
    assert.ok(deaths >= deadly.length * 0.9, `${deaths} deaths at ${deadly.length} points`)
    if (isComplete) console.log(`${journey.what}: ${deaths} deaths at ${deadly.length} points`)
  })
}

interface Lesson {
  /** What the kernel may hold: the old one, the new one, after a reboot none. */
  readonly tables: readonly string[]
  /** Numbers of points. */
  readonly deadly: readonly number[]
}

/** When nobody dies. */
async function learn(journey: Journey): Promise<Lesson> {
  const { apply, meets, begins, what, outcome } = journey
  agent.configure(`repository: {url: "${lab.proxy.url}/policy.git"}
trust: {require: head, allowedSignersFile: signers}
apply: {firstActivationDelay: 0s, ${apply}}
`)
  commit({
    ...loopbackPolicy(openTo(1)),
    'web.yaml': webEndpoint,
    'web-policy.yaml': webPolicy(1000),
    'office.yaml': undefined,
  })
  await agent.start()
  assert.is((await agent.firstRun())?.attempted?.outcome, 'converged')
  const tables = new Set([liveTable()])
  const look = setInterval(() => {
    // nft lists a table in several requests: in the middle of a commit what it shows was never there
    const seen = liveTable()
    if (seen === liveTable()) tables.add(seen)
  }, 20)
  const told = await travel(journey, { round: 1, number: 0 }).finally(() => clearInterval(look))
  tables.add(liveTable())
  if (begins === 'start') tables.add('')
  assert.is(told?.attempted?.outcome, outcome, told?.attempted?.message)
  assert.is(tables.size, begins === 'start' ? 3 : 2)
  const points = pointsReached()
  const numbers: number[] = []
  let at = -1
  for (const pattern of meets) {
    at = points.findIndex((point, index) => index > at && pattern.test(point))
    assert.is.not(at, -1, `${what}: no ${pattern} in ${points.join('\n')}`)
    numbers.push(at + 1)
  }
  return { tables: [...tables], deadly: isComplete ? points.map((_, index) => index + 1) : numbers }
}

/** The agent runs; afterwards it has died at the point, or done what there was to do. */
async function travel(
  { prepare, begins, from }: Journey,
  { round, number }: { readonly round: number; readonly number: number },
) {
  rmSync(log, { force: true })
  if (begins === 'start') await agent.end('SIGKILL')
  prepare(round, liveTable())
  writeFileSync(plan, `${number} ${from}`)
  if (begins === 'start') await agent.start()
  const told = await (begins === 'start' ? agent.firstRun() : agent.ask('sync').catch(() => undefined))
  if (told === undefined) await agent.gone()
  rmSync(plan)
  return told
}

/** What leads back from a change that is not confirmed. */
const hasHandle = (): boolean =>
  ['inverse.nft', 'claimed.nft', 'reverted.nft'].some((name) => existsSync(agent.state(name)))

const pointsReached = (): readonly string[] =>
  existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : ['none']

/** What a reader of the state folder finds, whoever died in it: the old content or the new one. */
async function assertStateIsReadable(where: string): Promise<void> {
  const warnings: unknown[] = []
  const store = createStateStore(agent.state(), { warn: (...words) => void warnings.push(words) })
  assert.ok((await store.loadLastGood()) !== undefined, where)
  await store.loadSetAside()
  assert.equal(warnings, [], where)
  const names = readdirSync(agent.state()).filter((entry) => /^[^.].*\.json$/.test(entry))
  for (const name of names) JSON.parse(readFileSync(agent.state(name), 'utf8'))
}

/** Another agent, which finds git out of reach at first. */
async function recover(
  { recovery: [command, outcome] }: Journey,
  { where, expected }: { readonly where: string; readonly expected: string },
): Promise<void> {
  lab.proxy.fault = 'die'
  await agent.start()
  const first = await agent.firstRun()
  assert.is(first?.attempted?.outcome, 'failed', where)
  assert.is(liveTable(), expected, `${where}: without git the next agent holds the wrong one`)
  lab.proxy.fault = 'none'
  const { attempted } = await agent.ask(command)
  assert.match(attempted?.outcome ?? '', outcome, `${where}: ${attempted?.message}`)
  const left = readdirSync(agent.state()).filter((name) => /^(inverse|claimed|reverted|next-good|pending)/.test(name))
  assert.equal(left, [], where)
}

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
