/** The set-up before it does anything, and what decides whether something is stale. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const setup = new URL('../../src/build/setup.mjs', import.meta.url).pathname
const hasher = new URL('../../src/build/content-hash.mjs', import.meta.url).href

test('setup says in one line that Node is too old, and does nothing', () => {
  for (const version of ['v12.22.12', 'v18.20.8', 'v20.18.3']) {
    const pretend = `data:text/javascript,Object.defineProperty(process,'version',{value:'${version}'})`
    const run = spawnSync(process.execPath, ['--import', pretend, setup], { encoding: 'utf8', timeout: 10_000 })
    assert.is(run.status, 1)
    assert.is(run.stderr, `setup: Node ${version} is too old: 20.19 or later is needed\n`)
    assert.is(run.stdout, '')
  }
})

test('contentHash() changes with a name and a content, and not with what does not exist', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-hash-'))
  const hash = (...paths: readonly string[]): string => {
    const script = `import { contentHash } from '${hasher}'; process.stdout.write(contentHash(${JSON.stringify(paths)}))`
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 10_000,
    })
    assert.is(run.stderr, '')
    return run.stdout
  }
  try {
    mkdirSync(join(folder, 'src', 'net'), { recursive: true })
    writeFileSync(join(folder, 'src', 'net', 'a'), 'one')
    const first = hash('src', 'absent')
    assert.is(hash('src'), first)
    writeFileSync(join(folder, 'src', 'net', 'a'), 'two')
    const second = hash('src')
    assert.is.not(second, first)
    writeFileSync(join(folder, 'src', 'net', 'b'), '')
    assert.is.not(hash('src'), second)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
