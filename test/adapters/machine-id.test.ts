import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readMachineId } from '../../src/adapters/machine-id.ts'

const test = suite<{ folder: string }>('adapters/machine-id', { folder: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-id-'))
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

test('readMachineId() gives the id without the line end when there is one', async ({ folder }) => {
  const path = join(folder, 'machine-id')
  await writeFile(path, '0123456789abcdef0123456789abcdef\n')
  assert.is(await readMachineId(path), '0123456789abcdef0123456789abcdef')
})

test('readMachineId() gives the host name when the file is missing, empty or not yet initialized', async ({
  folder,
}) => {
  const path = join(folder, 'machine-id')
  assert.is(await readMachineId(path), hostname())
  for (const content of ['', 'uninitialized\n']) {
    await writeFile(path, content)
    assert.is(await readMachineId(path), hostname())
  }
})

test.run()
