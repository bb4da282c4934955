/** The webhook's secrets: one a line, read again when the file changes, compared without telling how close a guess was. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { HostError } from '../reconcile/host-error.ts'
import { readFileStats, readTextFile } from './files.ts'

export interface WebhookSecrets {
  /** Whether the signature (HMAC-SHA256, 32 bytes) of the body was made with one of them. @throws HostError file-unreadable */
  verify(body: Buffer, signature: Buffer): Promise<boolean>
}

/** Reads the file once, so that a missing or empty one shows at the start. @throws HostError file-unreadable */
export async function openWebhookSecrets(path: string): Promise<WebhookSecrets> {
  let read = await readSecrets(path)
  return {
    async verify(body, signature) {
      if ((await readVersion(path)) !== read.version) read = await readSecrets(path)
      return hasSigned(read.secrets, body, signature)
    },
  }
}

/** Every secret is tried even after one fitted. */
function hasSigned(secrets: readonly string[], body: Buffer, signature: Buffer): boolean {
  let signed = false
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(body).digest()
    if (expected.length === signature.length && timingSafeEqual(expected, signature)) signed = true
  }
  return signed
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
