/** OpenPGP signatures, as `git commit -S` makes them with gpg, judged by gpgv(1). */

import { readFile } from 'node:fs/promises'
import { HostError } from '../reconcile/host-error.ts'
import type { SignatureFinding } from '../reconcile/ports.ts'
import { fileError } from './files.ts'
import { printForeign } from './git-remote.ts'
import { isSingleSignature, readArmor } from './pgp-packets.ts'
import { askTool, withFiles } from './signature-tool.ts'

export interface OpenPgpQuestion {
  readonly payload: Uint8Array
  readonly signature: string
  readonly keysFile: string
  readonly signal: AbortSignal
}

/**
 * Every key of the file may sign, unless it has expired or was revoked.
 * @throws HostError file-unreadable, command-failed, state-unwritable, aborted
 */
export async function verifyOpenPgp(question: OpenPgpQuestion): Promise<SignatureFinding> {
  const { keysFile, payload, signal } = question
  const keys = await readKeys(keysFile)
  const signature = readArmor(question.signature, 'PGP SIGNATURE')
  if (!isSingleSignature(signature)) return bad('is signed with something else than one OpenPGP signature')
  const tool = { program: 'gpgv', packageName: 'gpgv', signal }
  return await withFiles({ signature, keys }, async (pathOf) => {
    const home = ['--homedir', pathOf('.')]
    const args = [...home, '--status-fd', '1', '--keyring', pathOf('keys'), pathOf('signature'), '-']
    const { exitCode, stdout } = await askTool(tool, { args, input: payload })
    return judge(readStatus(stdout), { exitCode, keysFile })
  })
}

/** gpgv reads no armor. */
async function readKeys(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  })
  if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes
  const keys = readArmor(bytes.toString('latin1'), 'PGP PUBLIC KEY BLOCK')
  if (keys.length > 0) return keys
  throw new HostError('file-unreadable', `${JSON.stringify(path)} holds no OpenPGP public key`)
}

/** The words after each keyword. */
type Status = ReadonlyMap<string, readonly (readonly string[])[]>

function readStatus(stdout: string): Status {
  const status = new Map<string, (readonly string[])[]>()
  for (const line of stdout.split('\n')) {
    const [prefix, keyword = '', ...words] = line.split(' ')
    if (prefix === '[GNUPG:]') status.set(keyword, [...(status.get(keyword) ?? []), words])
  }
  return status
}

/** RFC 4880, 9.4: MD5 and SHA-1, in which a signature can be moved to other content. */
const brokenHashes: readonly (string | undefined)[] = ['1', '2']
/** A binary document; the signature of a text also fits it with other line ends. */
const documentClass = '00'

/** gpgv's exit code is 0 for expired and revoked keys too, so it says nothing good by itself. */
function judge(
  status: Status,
  { exitCode, keysFile }: { readonly exitCode: number; readonly keysFile: string },
): SignatureFinding {
  const wordsOf = (keyword: string) => status.get(keyword)?.[0]
  if (status.has('NO_PUBKEY')) return bad(`is signed with ${keyOf(wordsOf('NO_PUBKEY'))}, which is not in ${keysFile}`)
  if (status.has('BADSIG')) return bad('has a signature that does not fit its content')
  if (status.has('REVKEYSIG')) return bad(`is signed with ${keyOf(wordsOf('REVKEYSIG'))}, which was revoked`)
  if (status.has('EXPKEYSIG')) return bad(`is signed with ${keyOf(wordsOf('EXPKEYSIG'))}, which has expired`)
  if (status.has('EXPSIG')) return bad('has a signature that has expired')
  const [good, valid] = [status.get('GOODSIG'), status.get('VALIDSIG')]
  const [fingerprint, , , , , , , hash, signatureClass] = valid?.[0] ?? []
  const isSingle = good?.length === 1 && valid?.length === 1 && status.get('NEWSIG')?.length === 1
  if (exitCode !== 0 || !isSingle || status.has('ERRSIG')) return bad('has a signature that gpgv does not accept')
  if (brokenHashes.includes(hash)) return bad('is signed with a hash that is broken: use SHA-256 or better')
  if (signatureClass !== documentClass) return bad('has a signature of text, not of data')
  return { type: 'good', signer: printForeign(`${good[0]?.slice(1).join(' ')} (key ${fingerprint})`) }
}

/** The key's id, and whose it says it is where that is known. */
function keyOf([id = '', ...name]: readonly string[] = []): string {
  return printForeign(`key ${id}${name.length === 0 ? '' : ` of ${name.join(' ')}`}`)
}

function bad(reason: string): SignatureFinding {
  return { type: 'bad', reason }
}
