import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openKernel } from '../../src/adapters/nft.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'

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
