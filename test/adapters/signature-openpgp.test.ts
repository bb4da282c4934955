import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { splitSignature } from '../../src/adapters/git-signature.ts'
import { readArmor } from '../../src/adapters/pgp-packets.ts'
import { createSignatureVerifier } from '../../src/adapters/signature.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { Commit } from '../../src/repository/commit.ts'

const test = suite<{ folder: string }>('adapters/signature-openpgp')
const samples = join(import.meta.dirname, '../fakes/openpgp')
const keysFile = join(samples, 'keys.asc')

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'rampart-pgp-'))
})
test.after(({ folder }) => rmSync(folder, { recursive: true, force: true }))

function commitOf(bytes: Uint8Array): Commit {
  return { id: 'x', parents: [], committedAt: new Date(), ...splitSignature(bytes) }
}

const sample = (name: string): Commit => commitOf(readFileSync(join(samples, `${name}.commit`)))

async function verify(commit: Commit, pgpKeysFile = keysFile): Promise<string> {
  const trust = { require: 'head', allowedSignersFile: undefined, pgpKeysFile, allowRewind: false } as const
  const finding = await createSignatureVerifier(trust).verify(commit, new AbortController().signal)
  return `${finding.type}: ${finding.type === 'good' ? finding.signer : finding.reason.replace(samples, '')}`
}

test('verifyOpenPgp() believes a commit that gpg signed with a key of the file', async () => {
  assert.is(
    await verify(sample('good')),
    'good: good <good@example.org> (key 7E7A83134CDA0420A5DB657551E4D8CF973AF195)',
  )
})

test('verifyOpenPgp() reads keys without armor too', async ({ folder }) => {
  const path = join(folder, 'keys.gpg')
  writeFileSync(path, readArmor(readFileSync(keysFile, 'latin1'), 'PGP PUBLIC KEY BLOCK'))
  assert.match(await verify(sample('good'), path), /^good: /)
})

test('verifyOpenPgp() refuses keys that are unknown, expired or revoked, and names them', async () => {
  assert.is(await verify(sample('stranger')), 'bad: is signed with key 00DDF5C3DA74E2ED, which is not in /keys.asc')
  assert.is(
    await verify(sample('expired')),
    'bad: is signed with key E385F7096CE5511D of expired <expired@example.org>, which has expired',
  )
  assert.is(
    await verify(sample('revoked')),
    'bad: is signed with key 4F5FE85157E88FEF of revoked <revoked@example.org>, which was revoked',
  )
})

test('verifyOpenPgp() refuses a signature of other content, by a broken hash, and of text', async () => {
  const good = sample('good')
  const other = { ...good, payload: sample('stranger').payload }
  assert.is(await verify(other), 'bad: has a signature that does not fit its content')
  assert.is(await verify(sample('sha1')), 'bad: is signed with a hash that is broken: use SHA-256 or better')
  assert.is(await verify(sample('text')), 'bad: has a signature of text, not of data')
})

test('verifyOpenPgp() refuses anything beside one signature', async () => {
  const good = sample('good')
  const bytes = readArmor(good.signature?.text ?? '', 'PGP SIGNATURE')
  const armored = (content: Buffer): Commit => ({
    ...good,
    signature: {
      format: 'openpgp',
      text: `-----BEGIN PGP SIGNATURE-----\n\n${content.toString('base64')}\n-----END PGP SIGNATURE-----\n`,
    },
  })
  assert.match(await verify(armored(bytes)), /^good: /)
  const refusal = 'bad: is signed with something else than one OpenPGP signature'
  for (const content of [
    Buffer.concat([bytes, bytes]),
    bytes.subarray(0, -1),
    Buffer.alloc(0),
    Buffer.from([0xcb, 0]),
  ]) {
    assert.is(await verify(armored(content)), refusal)
  }
})

test('verifyOpenPgp() throws file-unreadable for a key file that is missing or holds no key', async ({ folder }) => {
  const failure = async (path: string) => {
    const error = await verify(sample('good'), path).catch((thrown: unknown) => thrown)
    return error instanceof HostError && error.code
  }
  assert.is(await failure(join(folder, 'none')), 'file-unreadable')
  writeFileSync(join(folder, 'empty'), 'nothing\n')
  assert.is(await failure(join(folder, 'empty')), 'file-unreadable')
})

test.run()
