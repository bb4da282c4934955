/** Verifies commit signatures with the programs that are made for it: ssh-keygen and gpgv. */

import type { TrustConfiguration } from '../host/agent-configuration.ts'
import type { SignatureFinding, SignatureVerifier } from '../reconcile/ports.ts'
import type { Commit, CommitSignature } from '../repository/commit.ts'
import { verifyOpenPgp } from './signature-openpgp.ts'
import { verifySsh } from './signature-ssh.ts'

/** The key files are read anew for every signature, so that a mended one counts at once. */
export function createSignatureVerifier(trust: TrustConfiguration): SignatureVerifier {
  return {
    async verify(commit, signal) {
      const { signature } = commit
      if (signature === undefined) return bad('is not signed')
      if (signature.text.length > longestSignature) return bad('is signed with more than a signature')
      return await verifyBy(trust, { commit, signature, signal })
    },
  }
}

/** An RSA key of 16 Kibit makes one of 4 KiB; a certificate may come with it. */
const longestSignature = 64 * 1024

async function verifyBy(
  { allowedSignersFile, pgpKeysFile }: TrustConfiguration,
  given: { readonly commit: Commit; readonly signature: CommitSignature; readonly signal: AbortSignal },
): Promise<SignatureFinding> {
  const { commit, signature, signal } = given
  const question = { payload: commit.payload, signature: signature.text, madeAt: commit.committedAt, signal }
  switch (signature.format) {
    case 'ssh':
      if (allowedSignersFile === undefined) return bad('is signed with SSH, and no allowedSignersFile is configured')
      return await verifySsh({ ...question, allowedSignersFile })
    case 'openpgp':
      if (pgpKeysFile === undefined) return bad('is signed with OpenPGP, and no pgpKeysFile is configured')
      return await verifyOpenPgp({ ...question, keysFile: pgpKeysFile })
    case 'unknown':
      return bad('is signed in a way that is not known here: one signature by SSH or OpenPGP is')
  }
}

function bad(reason: string): SignatureFinding {
  return { type: 'bad', reason }
}
