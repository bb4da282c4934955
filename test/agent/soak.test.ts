/**
 * Many runs of one agent: changes, drift, a git server that fails, and what is invalid, mixed by dice. Memory, open files and the state
 * folder stay as they are. RAMPART_SOAK_RUNS: how many; by default as many as take some seconds.
 */

import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { officeSet, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { seededRandom } from '../fakes/seeded-random.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent: soak')
const runs = Number(process.env.RAMPART_SOAK_RUNS ?? 60)
const random = seededRandom('soak')
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
let agent: AgentLab

interface Sample {
  readonly memoryBytes: number
  readonly openFiles: number
  readonly stateBytes: number
}

/** After a collection, without which memory tells of rubbish. */
function sample(): Sample {
  collectGarbage()
  const files = readdirSync(join(agent.folder, 'state'), { recursive: true, encoding: 'utf8' })
  const sizes = files.map((name) => statSync(join(agent.folder, 'state', name), { throwIfNoEntry: false })?.size ?? 0)
  return {
    memoryBytes: process.memoryUsage().rss,
    openFiles: readdirSync('/proc/self/fd').length,
    stateBytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

const events: readonly { readonly what: string; readonly happens: (round: number) => Promise<void> }[] = [
  { what: 'change', happens: change },
  { what: 'change', happens: change },
  {
    what: 'nothing',
    async happens() {
      assert.is((await agent.sync()).attempted?.outcome, 'converged')
    },
  },
  {
    what: 'drift',
    async happens() {
      const before = listRuleset()
      execFileSync('nft', ['flush chain inet rampart input'])
      await agent.sync()
      await until('the repair', () => listRuleset() === before)
    },
  },
  {
    what: 'git fault',
    async happens(round) {
      const faults = ['die', 'status-500', 'cut-advertisement', 'short-pack', 'flip-pack', 'garbage'] as const
      agent.git.commit({ files: { note: `fault ${round}` } })
      const fault = faults[Math.floor(random() * faults.length)] ?? 'die'
      agent.git.proxy.fault = fault
      const { attempted } = await agent.sync()
      agent.git.proxy.fault = 'none'
      assert.is(attempted?.outcome, 'failed', fault)
      await agent.sync()
    },
  },
  {
    what: 'invalid',
    async happens(round) {
      agent.git.commit({ files: { 'broken.yaml': webPolicy(round).replace('ports', 'port') } })
      const { attempted } = await agent.sync()
      assert.is(attempted?.outcome, 'invalid')
      agent.git.commit({ files: { 'broken.yaml': undefined } })
      await agent.sync()
    },
  },
]

async function change(round: number): Promise<void> {
  const commit = agent.git.commit({
    files: { 'policy.yaml': webPolicy(1 + round), 'office.yaml': random() < 0.5 ? officeSet : undefined },
  })
  const { attempted, applied } = await agent.sync()
  assert.equal([attempted?.outcome, applied?.commit], ['converged', commit], attempted?.message)
  assert.match(listRuleset(), `tcp dport ${1 + round} `)
}

test.before(async () => {
  agent = await AgentLab.open()
  agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(1) } })
  agent.start()
  await until('the first run', async () => (await agent.status())?.attempted?.outcome === 'converged')
})
test.after(async () => {
  await agent.close()
})

test(`${runs} rounds leave nothing behind`, async () => {
  const samples: Sample[] = []
  const counts = new Map<string, number>()
  const started = performance.now()
  for (let round = 1; round <= runs; round++) {
    const event = events[Math.floor(random() * events.length)]
    await event?.happens(round)
    counts.set(event?.what ?? '', (counts.get(event?.what ?? '') ?? 0) + 1)
    // what the test itself keeps is no matter of the agent's
    agent.lines.length = 0
    agent.git.proxy.log.length = 0
    samples.push(sample())
  }
  const seconds = (performance.now() - started) / 1000
  const third = Math.floor(samples.length / 3)
  const [first, last] = [samples.slice(0, third), samples.slice(-third)].map(summarize) as [Sample, Sample]
  console.log(
    `${runs} rounds in ${seconds.toFixed(1)} s (${[...counts].map(([what, count]) => `${count} ${what}`).join(', ')})`,
  )
  for (const [name, one] of Object.entries({ first, last })) console.log(`${name} third: ${print(one)}`)
  assert.ok(last.openFiles <= first.openFiles + 2, `open files: ${first.openFiles} -> ${last.openFiles}`)
  assert.ok(last.memoryBytes < first.memoryBytes * 1.25 + 32 * 2 ** 20, 'memory grows')
  // a generation of the repository grows to 64 packs, and is then replaced
  assert.ok(last.stateBytes < Math.max(first.stateBytes * 1.5, 4 * 2 ** 20), 'the state folder grows')
})

/** Medians: a connection that is just being closed or a pack that is just being read says nothing. */
function summarize(samples: readonly Sample[]): Sample {
  const median = (of: (one: Sample) => number): number =>
    samples.map(of).sort((left, right) => left - right)[Math.floor(samples.length / 2)] ?? 0
  return {
    memoryBytes: median(({ memoryBytes }) => memoryBytes),
    openFiles: median(({ openFiles }) => openFiles),
    stateBytes: median(({ stateBytes }) => stateBytes),
  }
}

function print({ memoryBytes, openFiles, stateBytes }: Sample): string {
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`
  return `memory ${mebibytes(memoryBytes)}, ${openFiles} open files, state folder ${mebibytes(stateBytes)}`
}

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
