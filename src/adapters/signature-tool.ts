/** Runs a program that judges a signature: it finds its files in a folder that exists as long as it runs. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostError } from '../reconcile/host-error.ts'
import { type CommandResult, runCommand } from './command.ts'
import { fileError } from './files.ts'

export interface SignatureTool {
  readonly program: string
  /** The Debian package that has it. */
  readonly packageName: string
  readonly signal: AbortSignal
}

/** One judgement takes milliseconds. */
const timeoutMs = 10_000

/** The folder is readable by this user alone, and gone when `use` has ended. @throws HostError state-unwritable */
export async function withFiles<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (pathOf: (name: string) => string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-signature-')).catch((cause: unknown) => {
    throw fileError({ code: 'state-unwritable', action: 'cannot make a folder in', path: tmpdir(), cause })
  })
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name)
      await writeFile(path, content, { mode: 0o600 }).catch((cause: unknown) => {
        throw fileError({ code: 'state-unwritable', action: 'cannot write', path, cause })
      })
    }
    return await use((name) => join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The program's exit code says what it thinks; a signature is no reason to end in another way. @throws HostError command-failed, aborted */
export async function askTool(
  { program, packageName, signal }: SignatureTool,
  question: { readonly args: readonly string[]; readonly input: Uint8Array },
): Promise<CommandResult> {
  const result = await runCommand({ program, ...question, timeoutMs, signal })
  if (result.end === 'exited') return result
  const reason = result.end === 'missing' ? `install the package ${packageName}` : result.stderr
  throw new HostError('command-failed', `signatures cannot be verified: ${program} ${endings[result.end]}: ${reason}`)
}

const endings = { missing: 'is missing', 'timed-out': 'hangs', killed: 'was ended' }
