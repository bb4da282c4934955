/** The webhook's secrets: one a line, read again when the file changes, compared without telling how close a guess was. */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { HostError } from '../reconcile/host-error.ts'
import { readFileStats, readTextFile } from './files.ts'
import type { WebhookProof } from './webhook-provider.ts'

export interface WebhookSecrets {
  /** Whether the sender of the body knew one of them. @throws HostError file-unreadable */
  verify(body: Buffer, proof: WebhookProof): Promise<boolean>
}

/** Reads the file once, so that a missing or empty one shows at the start. @throws HostError file-unreadable */
export async function openWebhookSecrets(path: string): Promise<WebhookSecrets> {
  let read = await readSecrets(path)
  return {
    async verify(body, proof) {
      if ((await readVersion(path)) !== read.version) read = await readSecrets(path)
      return knowsOne(read.secrets, body, proof)
    },
  }
}

/** Every secret is tried with every digest even after one fitted. */
function knowsOne(secrets: readonly string[], body: Buffer, proof: WebhookProof): boolean {
  let knows = false
  for (const secret of secrets) {
    for (const [expected, given] of pairsToCompare(secret, body, proof)) {
      if (expected.length === given.length && timingSafeEqual(expected, given)) knows = true
    }
  }
  return knows
}

/** What must be equal, of equal length, so that comparing takes the same time whatever the sender guessed. */
function pairsToCompare(
  secret: string,
  body: Buffer,
  proof: WebhookProof,
): readonly (readonly [expected: Buffer, given: Buffer])[] {
  switch (proof.type) {
    case 'token':
      return [[sha256(secret), sha256(proof.token)]]
    case 'signature':
      return [[hmac(secret, [body]), proof.digest]]
    case 'dated-signature': {
      const expected = hmac(signingKey(secret), [proof.prefix, body])
      return proof.digests.map((digest) => [expected, digest])
    }
  }
}

/** A signing token is `whsec_` and the key in base64. */
function signingKey(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function hmac(key: string | Buffer, parts: readonly (string | Buffer)[]): Buffer {
  const sum = createHmac('sha256', key)
  for (const part of parts) sum.update(part)
  return sum.digest()
}

async function readSecrets(path: string): Promise<{ readonly version: string; readonly secrets: readonly string[] }> {
  // Before the content: a change in between is then seen at the next request.
  const version = await readVersion(path)
  const secrets = (await readTextFile(path)).split(/\r?\n/).filter((line) => line.trim() !== '')
  if (secrets.length > 0) return { version, secrets }
  throw new HostError('file-unreadable', `no webhook secret in ${JSON.stringify(path)}: one secret a line`)
}

async function readVersion(path: string): Promise<string> {
  const { ino, size, mtimeMs, ctimeMs } = await readFileStats(path)
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
}
