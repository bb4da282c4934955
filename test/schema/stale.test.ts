/** The generated schemas and validators are those of the present sources. */

import { readdir, readFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { generateSchemas } from '../../src/build/generate-schemas.ts'

test('generateSchemas() gives what is committed', async () => {
  for (const [path, text] of await generateSchemas()) {
    const committed = await readFile(path, 'utf8').catch(() => '')
    assert.ok(committed === text, `${path} is stale: run npm run schemas`)
  }
})

test('generateSchemas() gives every file in schemas/', async () => {
  const generated = [...(await generateSchemas()).keys()]
  for (const name of await readdir('schemas')) assert.ok(generated.includes(`schemas/${name}`), `${name} is left over`)
})

test.run()
