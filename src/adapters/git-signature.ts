/** Parts a commit object into its signature and the bytes that were signed. */

import type { Commit } from '../repository/commit.ts'

const field = 'gpgsig '

/**
 * git signs the object as it would be without the header `gpgsig`, whose further lines begin with a blank. What is not
 * exactly one such header is left in: then no signature can fit.
 */
export function splitSignature(bytes: Uint8Array): Pick<Commit, 'payload' | 'signature'> {
  // one character a byte, so that any content survives
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const end = text.indexOf('\n\n')
  const headers = splitHeaders(text.slice(0, end === -1 ? text.length : end))
  const signatures = headers.filter((header) => header.startsWith(field))
  const [first] = signatures
  if (first === undefined) return { payload: bytes, signature: undefined }
  const signature = first.slice(field.length).replaceAll('\n ', '\n')
  if (signatures.length > 1) return { payload: bytes, signature: { format: 'unknown', text: signature } }
  const others = headers.filter((header) => header !== first).join('\n')
  const payload = Buffer.from(others + (end === -1 ? '' : text.slice(end)), 'latin1')
  return { payload, signature: { format: formatOf(signature), text: `${signature}\n` } }
}

/** Each with its further lines, as they stand. */
function splitHeaders(text: string): readonly string[] {
  return text.split(/\n(?! )/)
}

function formatOf(signature: string): 'ssh' | 'openpgp' | 'unknown' {
  if (signature.startsWith('-----BEGIN SSH SIGNATURE-----\n')) return 'ssh'
  return signature.startsWith('-----BEGIN PGP SIGNATURE-----\n') ? 'openpgp' : 'unknown'
}
