import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pathInRepository } from '../../src/adapters/repository-root.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'

test('pathInRepository() leads from the checkout to the folder', async () => {
  const root = realpathSync(temporaryFolder())
  mkdirSync(join(root, 'net/policies'), { recursive: true })
  assert.is(await pathInRepository(join(root, 'net/policies')), '', 'no checkout, and not below the current folder')
  // as in a work tree
  writeFileSync(join(root, '.git'), 'gitdir: elsewhere\n')
  assert.is(await pathInRepository(join(root, 'net/policies')), 'net/policies/')
  assert.is(await pathInRepository(root), '')
})

test('pathInRepository() leads to the policies of this project', async () => {
  assert.is(await pathInRepository('policies'), 'policies/')
})

test.run()
