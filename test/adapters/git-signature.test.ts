import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { splitSignature } from '../../src/adapters/git-signature.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { createCommit, createSigner, readCommitObject } from '../fakes/signers.ts'

const test = suite('adapters/git-signature')

const split = (text: string) => {
  const { payload, signature } = splitSignature(Buffer.from(text, 'latin1'))
  return { payload: Buffer.from(payload).toString('latin1'), signature }
}
const armor = '-----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----'

test('splitSignature() gives the bytes that git signed, whatever the message holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-split-'))
  try {
    const repository = join(folder, 'x.git')
    createBareRepository(repository)
    const signer = createSigner(folder, 'ada')
    const like = commitFiles(repository, { files: { 'a.yaml': 'one' } })
    for (const message of [
      '',
      'one line',
      'a\r\nb\r\n',
      'gpgsig -----BEGIN\n\n gpgsig x',
      'Gr\u00fc\u00dfe \u{1f525}',
    ]) {
      const commit = { like, parents: [like], message }
      const plain = readCommitObject(repository, createCommit(repository, commit))
      const signed = splitSignature(readCommitObject(repository, createCommit(repository, { ...commit, signer })))
      assert.ok(plain.equals(signed.payload), JSON.stringify(message))
      assert.is(signed.signature?.format, 'ssh')
      assert.equal(splitSignature(plain), { payload: plain, signature: undefined })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('splitSignature() leaves every other header and byte as it is', () => {
  const before = 'tree 1\nauthor \xe9\nmergetag object 2\n type commit\n gpgsig x\nencoding latin1\n'
  const after = 'x-more a\n b\n\nmessage \xff\n\ngpgsig y\n'
  const { payload, signature } = split(`${before}gpgsig ${armor}\n${after}`)
  assert.is(payload, before + after)
  assert.equal(signature, { format: 'ssh', text: '-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n' })
})

test('splitSignature() knows a signature that is the last header of a commit without a message', () => {
  assert.is(split(`tree 1\ngpgsig ${armor}`).payload, 'tree 1')
  assert.is(split(`tree 1\ngpgsig ${armor}\n\n`).payload, 'tree 1\n\n')
})

test('splitSignature() calls two signatures, and what is no armor, unknown', () => {
  const twice = `tree 1\ngpgsig ${armor}\ngpgsig ${armor}\n\n`
  assert.equal([split(twice).payload, split(twice).signature?.format], [twice, 'unknown'])
  assert.is(split('tree 1\ngpgsig -----BEGIN SIGNED MESSAGE-----\n\n').signature?.format, 'unknown')
  assert.is(split('tree 1\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n\n').signature?.format, 'openpgp')
})

test.run()
