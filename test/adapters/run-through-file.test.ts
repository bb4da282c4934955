import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runThroughFile } from '../../src/adapters/run-through-file.ts'

const test = suite('run-through-file')
const folder = mkdtempSync(join(tmpdir(), 'rampart-test-'))
const usual = process.env.TMPDIR

test.before.each(() => {
  process.env.TMPDIR = folder
})
test.after.each(() => {
  if (usual === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = usual
})
test.after(() => rmSync(folder, { recursive: true }))

/** Says where its output goes, between two lines that make it whole. */
const tellOutput = 'echo start; if test -f /dev/stdout; then echo file; else echo pipe; fi; echo end'
const run = (script: string, isWhole = (text: string) => text.endsWith('end\n')) =>
  runThroughFile({ program: 'sh', args: ['-c', script], timeoutMs: 5000 }, isWhole)

test('runThroughFile() hands over what the program wrote into a file, and leaves none behind', async () => {
  assert.equal(await run(tellOutput), { end: 'exited', exitCode: 0, stdout: 'start\nfile\nend\n', stderr: '' })
  const { stdout } = await run('i=0; while test $i -lt 20000; do echo "line $i"; i=$((i + 1)); done; echo end')
  assert.is(stdout.split('\n').length, 20_002)
  assert.equal(readdirSync(folder), [])
})

test('runThroughFile() asks again through a pipe when the file does not hold all', async () => {
  const { stdout } = await run(tellOutput, (text) => text.includes('pipe'))
  assert.is(stdout, 'start\npipe\nend\n')
})

test('runThroughFile() takes a pipe when there is nowhere to put a file', async () => {
  process.env.TMPDIR = join(folder, 'missing')
  assert.is((await run(tellOutput)).stdout, 'start\npipe\nend\n')
})

test('runThroughFile() tells how a program failed, and runs it once', async () => {
  const { exitCode, stderr } = await run('echo bad >&2; exit 3')
  assert.is(exitCode, 3)
  assert.is(stderr, 'bad\n')
})

test.run()
