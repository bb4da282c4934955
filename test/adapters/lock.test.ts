import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acquireLock } from '../../src/adapters/lock.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite<{ folder: string }>('adapters/lock', { folder: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-lock-'))
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

async function refusal(path: string): Promise<HostError> {
  try {
    const lock = await acquireLock(path)
    lock.release()
  } catch (error) {
    if (error instanceof HostError) return error
  }
  throw new Error('the lock was given or refused in another way')
}

test('acquireLock() refuses the second one and names the holder until the first releases it', async ({ folder }) => {
  const path = join(folder, 'lock')
  const first = await acquireLock(path)
  assert.is(await readFile(path, 'utf8'), `${process.pid}\n`)
  assert.is((await stat(path)).mode & 0o777, 0o600)
  const error = await refusal(path)
  assert.is(error.code, 'lock-held')
  assert.is(error.message, `another rampart process (pid ${process.pid}) holds "${path}": wait for it or stop it`)
  first.release()
  first.release()
  const second = await acquireLock(path)
  second.release()
})

test('acquireLock() gets the lock at once when the holder was killed', async ({ folder }) => {
  const path = join(folder, 'lock')
  const module = new URL('../../src/adapters/lock.ts', import.meta.url).href
  const program = `import(${JSON.stringify(module)}).then((lock) => lock.acquireLock(${JSON.stringify(path)})).then(() => { console.log('held'); setTimeout(() => {}, 20000) })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  await once(child.stdout, 'data')
  assert.match((await refusal(path)).message, `(pid ${child.pid})`)
  child.kill('SIGKILL')
  await once(child, 'close')
  const lock = await acquireLock(path)
  lock.release()
})

test('acquireLock() throws state-unwritable when the file cannot be made', async ({ folder }) => {
  assert.is((await refusal(join(folder, 'none', 'lock'))).code, 'state-unwritable')
})

test.run()
