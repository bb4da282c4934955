/** Two vocabularies, one border: Calico's words are spoken up to compile/, nftables' words only from there on. */

import { basename } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lineAt, readSources, type SourceFile } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: vocabulary')
const calico = {
  words: ['endpoint', 'selector', 'tier', 'policy'],
  rooms: ['packet', 'packet-set', 'flow', 'ruleset', 'diff', 'explain'],
}
const nftables = {
  words: ['chain', 'hook', 'nft'],
  rooms: ['selector', 'document', 'policy', 'load', 'validate', 'resolve'],
}

for (const { words, rooms } of [calico, nftables]) {
  for (const room of rooms) {
    test(`${room}/ does not say ${words.join(', ')}`, () => {
      const files = readSources('src').filter((file) => file.room === room)
      assertNone(files.flatMap((file) => findWords(file, words)))
    })
  }
}

test('wordsOf() splits a name where people would', () => {
  assert.equal(wordsOf('hostEndpoints'), ['host', 'endpoint'])
  assert.equal(wordsOf('NFT_TABLE'), ['nft', 'table'])
  assert.equal(wordsOf('readNFTPolicies'), ['read', 'nft', 'policy'])
  assert.equal(wordsOf('frontier'), ['frontier'])
})

function findWords(file: SourceFile, words: readonly string[]): readonly string[] {
  const inCode = [...file.code.matchAll(/[A-Za-z_$][\w$]*/g)].map((match) => ({
    name: match[0],
    line: lineAt(file.code, match.index),
  }))
  const names = [{ name: basename(file.path), line: 1 }, ...inCode]
  return names.flatMap(({ name, line }) => {
    const said = wordsOf(name).find((word) => words.includes(word))
    return said === undefined ? [] : [`${file.path}:${line}: ${name} says "${said}"`]
  })
}

/** Lower case, singular. */
function wordsOf(name: string): readonly string[] {
  const parts = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
  return parts.filter(Boolean).map((part) =>
    part
      .toLowerCase()
      .replace(/ies$/, 'y')
      .replace(/(?<!s)s$/, ''),
  )
}

test.run()
