import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSignatureVerifier } from '../../src/adapters/signature.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import type { SignatureFinding } from '../../src/reconcile/ports.ts'
import type { Commit } from '../../src/repository/commit.ts'
import { createSigner, type Signer } from '../fakes/signers.ts'

interface Context {
  folder: string
  ada: Signer
  bob: Signer
}

const test = suite<Context>('adapters/signature-ssh')

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'rampart-ssh-'))
  context.ada = createSigner(context.folder, 'ada')
  context.bob = createSigner(context.folder, 'bob')
})
test.after(({ folder }) => rmSync(folder, { recursive: true, force: true }))

const payload = Buffer.from('tree 1\n\n\xff the policy\r\n', 'latin1')

function sign(signer: Signer, namespace = 'git'): string {
  const args = ['-q', '-Y', 'sign', '-n', namespace, '-f', signer.keyFile]
  return execFileSync('ssh-keygen', args, { input: payload, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })
}

function signed(text: string, changes: Partial<Commit> = {}): Commit {
  const at = new Date('2026-06-01T12:00:00Z')
  return { id: 'x', parents: [], committedAt: at, payload, signature: { format: 'ssh', text }, ...changes }
}

function verify(context: Context, signers: string, commit: Commit): Promise<SignatureFinding> {
  const allowedSignersFile = join(context.folder, 'allowed_signers')
  writeFileSync(allowedSignersFile, signers)
  const trust = { require: 'head', allowedSignersFile, pgpKeysFile: undefined, allowRewind: false } as const
  return createSignatureVerifier(trust).verify(commit, new AbortController().signal)
}

const whyBad = async (...question: Parameters<typeof verify>): Promise<string> => {
  const finding = await verify(...question)
  return finding.type === 'bad' ? finding.reason.replace(question[0].folder, '') : finding.signer
}

test('verifySsh() believes keys of every type that an entry names, and says whose', async (context) => {
  for (const [type, name] of [
    ['ed25519', 'ED25519'],
    ['ecdsa', 'ECDSA'],
    ['rsa', 'RSA'],
  ] as const) {
    const signer = createSigner(context.folder, `key-${type}`, type)
    const signers = `# ours\n${name}@example.org,other ${signer.publicKey}\n`
    const finding = await verify(context, signers, signed(sign(signer)))
    assert.equal(finding, { type: 'good', signer: `${name}@example.org (${name} key ${signer.fingerprint})` })
  }
})

test('verifySsh() names a key that no entry has', async (context) => {
  const { ada, bob } = context
  const reason = `is signed with ED25519 key ${bob.fingerprint}, for which /allowed_signers has no entry in force`
  assert.is(await whyBad(context, `ada ${ada.publicKey}\n`, signed(sign(bob))), reason)
  assert.is(await whyBad(context, '', signed(sign(bob))), reason)
})

test('verifySsh() refuses a signature of other content, of nothing, and in another namespace', async (context) => {
  const { ada } = context
  const signers = `ada ${ada.publicKey}\n`
  const other = Buffer.concat([payload, Buffer.from(' ')])
  const misfit = 'has a signature that does not fit its content'
  assert.is(await whyBad(context, signers, signed(sign(ada), { payload: other })), misfit)
  assert.match(await whyBad(context, signers, signed('-----BEGIN SSH SIGNATURE-----\n')), misfit)
  const mail = await whyBad(context, signers, signed(sign(ada, 'file')))
  assert.is(mail, `${misfit} (Couldn't verify signature: namespace does not match)`)
})

test('verifySsh() obeys the namespaces of an entry', async (context) => {
  const { ada } = context
  assert.match(await whyBad(context, `ada namespaces="git" ${ada.publicKey}\n`, signed(sign(ada))), /^ada \(/)
  assert.match(
    await whyBad(context, `ada namespaces="file,mail" ${ada.publicKey}\n`, signed(sign(ada))),
    'has no entry in force (line 1: key is not permitted for use in signature namespace "git")',
  )
})

test('verifySsh() holds the validity of an entry against the time of the commit', async (context) => {
  const { ada } = context
  const entry = `ada valid-after="20260101Z",valid-before="20260701Z" ${ada.publicKey}\n`
  const at = (time: string) => signed(sign(ada), { committedAt: new Date(time) })
  assert.match(await whyBad(context, entry, at('2026-06-30T23:59:59Z')), /^ada \(/)
  assert.match(await whyBad(context, entry, at('2026-07-01T00:00:01Z')), 'line 1: key has expired')
  assert.match(await whyBad(context, entry, at('2025-12-31T23:59:59Z')), 'line 1: key is not yet valid')
})

test('verifySsh() does not let a commit of the future use a key that is not valid yet', async (context) => {
  const { ada } = context
  const entry = `ada valid-after="29990101Z" ${ada.publicKey}\n`
  const future = signed(sign(ada), { committedAt: new Date('2999-06-01T00:00:00Z') })
  assert.match(await whyBad(context, entry, future), 'line 1: key is not yet valid')
  const entryNow = `ada valid-after="20250101Z" ${ada.publicKey}\n`
  assert.match(await whyBad(context, entryNow, signed(sign(ada), { committedAt: undefined })), /^ada \(/)
})

test('verifySsh() believes a certificate of an authority, for its principals', async (context) => {
  const { folder, bob } = context
  const authority = createSigner(folder, 'authority')
  const args = ['-q', '-s', authority.keyFile, '-I', 'bob', '-n', 'bob@example.org', `${bob.keyFile}.pub`]
  execFileSync('ssh-keygen', args)
  const text = sign({ ...bob, keyFile: `${bob.keyFile}-cert.pub` })
  const entry = (options: string) => `*@example.org ${options} ${authority.publicKey}\n`
  assert.match(await whyBad(context, entry('cert-authority'), signed(text)), /^bob@example.org \(/)
  assert.match(await whyBad(context, entry(''), signed(text)), 'has no entry in force')
  assert.match(
    await whyBad(context, `*@example.com cert-authority ${authority.publicKey}\n`, signed(text)),
    'no entry in force',
  )
})

test('createSignatureVerifier() refuses what is not signed, or signed in another way', async (context) => {
  const { ada } = context
  const signers = `ada ${ada.publicKey}\n`
  assert.is(await whyBad(context, signers, signed('', { signature: undefined })), 'is not signed')
  const signature = (format: 'openpgp' | 'unknown') => signed('', { signature: { format, text: 'x' } })
  assert.match(await whyBad(context, signers, signature('openpgp')), 'no pgpKeysFile is configured')
  assert.match(await whyBad(context, signers, signature('unknown')), 'in a way that is not known here')
  assert.is(await whyBad(context, signers, signed('x'.repeat(70_000))), 'is signed with more than a signature')
})

test('verifySsh() reads the file anew every time, throws without it, and leaves no folder behind', async (context) => {
  const { ada, folder } = context
  const before = leftovers()
  const trust = {
    require: 'head',
    allowedSignersFile: join(folder, 'late'),
    pgpKeysFile: undefined,
    allowRewind: false,
  } as const
  const verifier = createSignatureVerifier(trust)
  const commit = signed(sign(ada))
  const error = await verifier.verify(commit, new AbortController().signal).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof HostError && error.code === 'file-unreadable')
  writeFileSync(join(folder, 'late'), '')
  assert.is((await verifier.verify(commit, new AbortController().signal)).type, 'bad')
  writeFileSync(join(folder, 'late'), `ada ${ada.publicKey}\n`)
  assert.is((await verifier.verify(commit, new AbortController().signal)).type, 'good')
  assert.equal(leftovers(), before)
})

function leftovers(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('rampart-signature-'))
}

test.run()
