import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openKernel } from '../../src/adapters/nft.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { until } from '../fakes/until.ts'

const test = suite('openKernel')
const kernel = openKernel()
const soon = (): AbortSignal => AbortSignal.timeout(20_000)
const folder = mkdtempSync(join(tmpdir(), 'rampart-test-'))

/** So long that no pipe takes it in one piece. */
const rules = Array.from({ length: 4000 }, (_, at) => `add rule inet rampart c tcp dport ${at + 1} accept\n`).join('')

test.before(() => {
  process.env.TMPDIR = folder
})
test.after(() => rmSync(folder, { recursive: true }))

async function refusal(script: string): Promise<HostError> {
  const error = await kernel.load(script, soon()).catch((thrown: unknown) => thrown)
  if (!(error instanceof HostError)) throw error
  return error
}

test('load() hands a long script over in a file, and leaves none behind', async () => {
  await kernel.load(`add table inet rampart\nadd chain inet rampart c\n${rules}`, soon())
  assert.is((await kernel.read(soon()))?.chains.get('c')?.rules.length, 4000)
  assert.equal(readdirSync(folder), [])
})

test('readParts() gives what it is asked for, and nothing when one of them is not there', async () => {
  const sets = 'add set inet rampart s { type ipv4_addr; }\nadd element inet rampart s { 10.0.0.1 }\n'
  const map = 'add map inet rampart m { type ifname : verdict; }\nadd element inet rampart m { eth0 : goto c }\n'
  await kernel.load(`add table inet rampart\nadd chain inet rampart c\n${sets}${map}`, soon())
  const names = ['chain c', 'set s', 'map m'].map((text) => text.split(' '))
  const parts = names.map(([keyword, name = '']) => ({ keyword: keyword as 'chain' | 'set' | 'map', name }))
  const whole = await kernel.read(soon())
  assert.equal(await kernel.readParts(parts, soon()), whole)
  assert.equal([...((await kernel.readParts(parts.slice(1, 2), soon()))?.sets.keys() ?? [])], ['s'])
  assert.is(await kernel.readParts([...parts, { keyword: 'chain', name: 'gone' }], soon()), undefined)
  await kernel.load('delete table inet rampart\n', soon())
  assert.is(await kernel.readParts(parts, soon()), undefined)
})

test('load() names the line of a long script and of a short one, and changes nothing', async () => {
  const before = execFileSync('nft', ['list', 'ruleset'])
  const long = await refusal(`${rules}add rule inet rampart c tcp dport no-such-port accept\n`)
  assert.is(long.code, 'nft-refused')
  assert.match(long.message, /^nft could not load the ruleset: line 4001:\d+/)
  const short = await refusal('add rule inet rampart c tcp dport no-such-port accept\n')
  assert.match(short.message, /^nft could not load the ruleset: line 1:\d+/)
  assert.equal(execFileSync('nft', ['list', 'ruleset']), before)
})

test('load() says so when the file cannot be written', async () => {
  process.env.TMPDIR = join(folder, 'missing')
  const { code, message } = await refusal(rules)
  process.env.TMPDIR = folder
  assert.equal([code, message], ['command-failed', 'nft cannot be given its script: no such file or folder'])
})

/** Process ids of each nft that we have started and that has not ended. */
function runningNft(): readonly number[] {
  const lists = readdirSync('/proc/self/task').map((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8'))
  const children = lists.join(' ').split(' ').filter(Boolean).map(Number)
  return children.filter((pid) => /\(nft\) [^Z]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
}

/** One that waits for its script. */
async function waitingNft(from = kernel, signal = soon()): Promise<number> {
  await from.prepareLoad(signal)
  const [pid = 0, ...others] = runningNft()
  assert.equal([pid > 0, others], [true, []])
  return pid
}

test('load() gives a short script to the nft that waits, which is told of before', async () => {
  const told: (readonly [number, boolean])[] = []
  const isThere = (): boolean => execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }).includes('early')
  const watched = openKernel({ onWriter: (pid) => told.push([pid, isThere()]) })
  const pid = await waitingNft(watched)
  await watched.load('table inet early\n', soon())
  assert.equal([told, isThere(), runningNft()], [[[pid, false]], true, []])
  await watched.load('delete table inet early\n', soon())
  assert.equal([told.length, told[1]?.[0] === pid, isThere()], [2, false, false])
})

test('load() refuses in the same words, whether an nft waits for the script or not', async () => {
  for (const script of [
    'add rule inet rampart c tcp dport no-such-port accept\n',
    'add table inet t\n\nnonsense here\n',
  ]) {
    const { code, message } = await refusal(script)
    await waitingNft()
    const early = await refusal(script)
    assert.equal([early.code, early.message], [code, message])
    assert.match(message, / line \d+:\d+/)
  }
})

test('prepareLoad() changes nothing, and nothing of it is left once the signal aborts', async () => {
  const before = execFileSync('nft', ['list', 'ruleset'])
  const stop = new AbortController()
  await waitingNft(kernel, stop.signal)
  stop.abort()
  await until('its end', () => runningNft().length === 0)
  await kernel.prepareLoad(stop.signal)
  const late = new AbortController()
  const preparing = kernel.prepareLoad(late.signal)
  late.abort()
  await preparing
  await until('its end', () => runningNft().length === 0)
  assert.equal(execFileSync('nft', ['list', 'ruleset']), before)
})

test('prepareLoad() leaves one that waits at most', async () => {
  const first = await waitingNft()
  await kernel.prepareLoad(soon())
  await until('one', () => runningNft().length === 1)
  assert.is.not(runningNft()[0], first)
  await kernel.load('table inet rampart\n', soon())
  assert.equal(runningNft(), [])
})

test('load() starts another nft when the one that waits was killed', async () => {
  const pid = await waitingNft()
  process.kill(pid, 'SIGKILL')
  // no zombie either: we know of it
  await until('its end', () => !existsSync(`/proc/${pid}`))
  await kernel.load('table inet after\ndelete table inet after\ntable inet rampart\n', soon())
  assert.match((await refusal('nonsense\n')).message, /line 1:/)
})

test('load() does without the nft that waits when the script is long, and ends it', async () => {
  const pid = await waitingNft()
  await kernel.load(
    `table inet rampart\ndelete table inet rampart\ntable inet rampart\nadd chain inet rampart c\n${rules}`,
    soon(),
  )
  assert.not.ok(runningNft().includes(pid))
  assert.is((await kernel.read(soon()))?.chains.get('c')?.rules.length, 4000)
})

test('load() throws aborted when it is stopped before, and ends the nft that waits', async () => {
  const before = execFileSync('nft', ['list', 'ruleset'])
  await waitingNft()
  const error = await kernel.load('table inet never\n', AbortSignal.abort()).catch((thrown: unknown) => thrown)
  assert.is(error instanceof HostError && error.code, 'aborted')
  assert.equal([runningNft(), execFileSync('nft', ['list', 'ruleset'])], [[], before])
})

test('fillsChains() says what this nft does, and leaves nothing behind', async () => {
  await kernel.load('table inet rampart\ndelete table inet rampart\ntable inet rampart\n', soon())
  await kernel.load('add chain inet rampart c {\naccept\n}\n', soon())
  const isFilled = (await kernel.read(soon()))?.chains.get('c')?.rules.length === 1
  assert.is(await kernel.fillsChains(soon()), isFilled)
  assert.is(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }), 'table inet rampart\n')
})

test('fillsChains() is false where the rule of the trial does not reach the kernel', async () => {
  const program = join(mkdtempSync(join(folder, 'bin-')), 'nft')
  writeFileSync(program, `#!/bin/sh\ngrep -v drop | PATH='${process.env.PATH}' exec nft "$@"\n`, { mode: 0o755 })
  const path = process.env.PATH
  process.env.PATH = `${dirname(program)}:${path}`
  const answer = await kernel.fillsChains(soon()).finally(() => {
    process.env.PATH = path
  })
  assert.is(answer, false)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
