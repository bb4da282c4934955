import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type HoldFile, openHoldFile, peekHold } from '../../src/adapters/hold-file.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'

const test = suite('openHoldFile')
const hold = { reason: 'an audit', at: new Date(1_000), until: new Date(2_000) }

function open(): { readonly path: string; readonly warned: string[]; readonly file: HoldFile } {
  const path = join(temporaryFolder(), 'hold.json')
  const warned: string[] = []
  return { path, warned, file: openHoldFile(path, { warn: (event) => void warned.push(event) }) }
}

test('load() gives back what was saved', async () => {
  const { file, path, warned } = open()
  assert.equal([await file.load(), await peekHold(path)], [undefined, undefined])
  for (const one of [hold, { ...hold, until: undefined }]) {
    await file.save(one)
    assert.equal([await file.load(), await peekHold(path)], [one, one])
  }
  await file.save(undefined)
  await file.save(undefined)
  assert.is(await file.load(), undefined)
  assert.equal(warned, [])
})

test('load() takes what is damaged for a hold without an end, tells it once and mends the file', async () => {
  const texts = ['', 'null', '[]', '{"reason":"x"}', '{"reason":"x","at":"soon"}', '{"reason":1,"at":"2030-01-01"}']
  const untils = ['{"reason":"x","at":"2030-01-01","until":"later"}', '{"reason":"x","at":"2030-01-01","until":null}']
  for (const text of [...texts, ...untils]) {
    const { file, path, warned } = open()
    writeFileSync(path, text)
    assert.is(await peekHold(path), undefined)
    const found = await file.load()
    assert.equal([found?.reason, found?.until], ['not known any more: hold.json was damaged', undefined], text)
    assert.equal(await file.load(), found)
    assert.equal(warned, ['state-damaged'])
    assert.match(readFileSync(path, 'utf8'), 'was damaged')
  }
})

test('load() holds also where the file cannot be read or mended', async () => {
  const { file, path, warned } = open()
  mkdirSync(path)
  assert.match((await file.load())?.reason ?? '', 'not known')
  assert.equal(warned, ['state-damaged'])
})

test.run()
