/** SSH signatures, as `git commit -S` makes them with gpg.format=ssh, judged by ssh-keygen(1). */

import { readFile } from 'node:fs/promises'
import type { SignatureFinding } from '../reconcile/ports.ts'
import type { CommandResult } from './command.ts'
import { fileError } from './files.ts'
import { printForeign } from './git-remote.ts'
import { askTool, withFiles } from './signature-tool.ts'

export interface SshQuestion {
  readonly payload: Uint8Array
  readonly signature: string
  /** When the commit says that it was made; valid-after and valid-before are held against it, so that every host agrees. */
  readonly madeAt: Date | undefined
  readonly allowedSignersFile: string
  readonly signal: AbortSignal
}

/** git signs in a namespace of its own, so that a signed mail or file is never taken for a commit. */
const namespace = 'git'

/**
 * The key must be named by an entry of the file that is in force and allows the namespace; certificates count where an
 * entry has cert-authority. @throws HostError file-unreadable, command-failed, state-unwritable, aborted
 */
export async function verifySsh(question: SshQuestion): Promise<SignatureFinding> {
  const { allowedSignersFile, signature, payload, signal } = question
  const signers = await readFile(allowedSignersFile).catch((cause: unknown) => {
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path: allowedSignersFile, cause })
  })
  const tool = { program: 'ssh-keygen', packageName: 'openssh-client', signal }
  return await withFiles({ signature, signers }, async (pathOf) => {
    const ask = (...args: readonly string[]) => askTool(tool, { args, input: payload })
    const signed = ['-s', pathOf('signature')]
    const known = ['-f', pathOf('signers'), ...signed, `-Overify-time=${printTime(question.madeAt)}`]
    const found = await ask('-Y', 'find-principals', ...known)
    const names = found.exitCode === 0 ? found.stdout.split('\n').filter((line) => line !== '') : []
    let complaint = found.stderr
    for (const name of names) {
      const verified = await ask('-Y', 'verify', '-n', namespace, '-I', name, ...known)
      if (verified.exitCode === 0) return { type: 'good', signer: printForeign(`${name} (${keyOf(verified)})`) }
      complaint = verified.stderr
    }
    const fits = await ask('-Y', 'check-novalidate', '-n', namespace, ...signed)
    if (fits.exitCode !== 0) return bad('has a signature that does not fit its content', fits.stderr)
    return bad(`is signed with ${keyOf(fits)}, for which ${allowedSignersFile} has no entry in force`, complaint)
  })
}

function keyOf({ stdout }: CommandResult): string {
  return / with (\S+ key \S+)\s*$/.exec(stdout)?.[1] ?? 'an unknown key'
}

/** Of the commit, but never of the future: a key that is not valid yet is not made valid by a date. */
function printTime(madeAt: Date | undefined): string {
  const now = Date.now()
  const time = new Date(Math.max(0, Math.min(madeAt?.getTime() ?? now, now)))
  return `${time.toISOString().slice(0, 19).replace(/\D/g, '')}Z`
}

/** ssh-keygen says more in its first line, unless it is only that the check failed; it names files by where we put them. */
function bad(what: string, stderr: string): SignatureFinding {
  const [line = ''] = stderr.split('\n')
  const said = line.replace(/^\S*\/signers:(\d+)/, 'line $1')
  const known = /^(|Could not verify signature\.|No principal matched\.|.*incorrect signature.*)$/.test(said.trim())
  return { type: 'bad', reason: known ? what : `${what} (${printForeign(said)})` }
}
