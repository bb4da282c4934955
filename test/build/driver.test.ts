/** The driver itself, run on small test files in a temporary folder. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const driver = new URL('../run.ts', import.meta.url).pathname
const header = [
  `import { test } from '${import.meta.resolve('uvu')}'`,
  `import { skipLoudly } from '${new URL('../fakes/skip.ts', import.meta.url)}'`,
  "const fail = () => { throw new Error('on purpose') }",
].join('\n')

interface Run {
  readonly lines: readonly string[]
  readonly exitCode: number
}

/** Writes each text as a test file of that name and lets the driver run the folder. */
async function drive(files: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-driver-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    for (const [name, body] of Object.entries(files))
      writeFileSync(join(folder, `${name}.test.ts`), `${header}\n${body}\n`)
    const env = { ...process.env, CI: '', RAMPART_REQUIRE_KERNEL: '', ...environment }
    const child = spawn(process.execPath, ['--import', 'tsx', driver, folder], { env, timeout: 30_000 })
    const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
    return { lines: output.trim().split('\n'), exitCode }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A zombie that nobody has waited for yet does not run. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

const says = (run: Run, pattern: RegExp): boolean => run.lines.some((line) => pattern.test(line))

test('driver counts what passed, failed and was skipped over all files and ends with that line', async () => {
  const run = await drive({
    good: "test('a', () => {}); test('b', () => {}); test.run()",
    mixed: "test('a', () => {}); test('b', fail); test.run()",
    partly: "skipLoudly('conformance: no data'); test('a', () => {}); test.run()",
  })
  assert.is(run.lines.at(-1), '4 passed, 1 failed, 1 skipped')
  assert.is(run.exitCode, 1)
  assert.ok(says(run, /on purpose/))
  assert.ok(says(run, /^SKIPPED .*partly\.test\.ts: conformance: no data$/))
})

test('driver succeeds when every test passed or was skipped aloud', async () => {
  const run = await drive({
    good: "test('a', () => {}); test.run()",
    none: "skipLoudly('kernel: needs root'); test.run()",
  })
  assert.is(run.lines.at(-1), '1 passed, 0 failed, 1 skipped')
  assert.is(run.exitCode, 0)
})

test('driver fails a kernel skip when the kernel is required, and no other skip', async () => {
  const files = { kernel: "skipLoudly('kernel: needs root'); skipLoudly('conformance: no data'); test.run()" }
  for (const environment of [{ CI: 'true' }, { RAMPART_REQUIRE_KERNEL: '1' }]) {
    const run = await drive(files, environment)
    assert.is(run.lines.at(-1), '0 passed, 1 failed, 1 skipped')
    assert.is(run.exitCode, 1)
  }
})

test('driver fails a file that runs no test, one that crashes and one that rejects beside its tests', async () => {
  const run = await drive({
    forgotten: "test('a', () => {})",
    empty: 'test.run()',
    crashed: "throw new Error('on purpose')",
    rejected: "void Promise.resolve().then(fail); test('a', () => {}); test.run()",
    exited: "test('a', () => process.exit(0)); test.run()",
  })
  assert.match(run.lines.at(-1) ?? '', /^\d passed, 5 failed, 0 skipped$/)
  assert.is(run.exitCode, 1)
  assert.ok(says(run, /^FAILED .*forgotten\.test\.ts: .*run\(\)/))
  assert.ok(says(run, /^FAILED .*empty\.test\.ts: has no test/))
})

test('driver kills a file that hangs, together with what it started, and counts it as failed', async () => {
  const run = await drive(
    {
      hanging: [
        "import { spawn } from 'node:child_process'",
        "const child = spawn('sleep', ['60'], { stdio: 'inherit' })",
        "test('a', () => console.log('started', child.pid)); test.run()",
      ].join('\n'),
      good: "test('a', () => {}); test.run()",
    },
    { RAMPART_TEST_LIMIT: '5' },
  )
  assert.is(run.lines.at(-1), '2 passed, 1 failed, 0 skipped')
  assert.ok(says(run, /^FAILED .*hanging\.test\.ts: did not end within 5 s: killed$/))
  const pid = Number(run.lines.find((line) => line.includes('started'))?.match(/started (\d+)/)?.[1])
  assert.ok(pid > 0)
  assert.not.ok(isRunning(pid), 'what the file started is still running')
})

test('driver fails when an argument means no test', async () => {
  const run = await drive({})
  assert.is(run.lines.at(-1), '0 passed, 1 failed, 0 skipped')
  assert.is(run.exitCode, 1)
})

test.run()
