/** Who is behind a process id, as far as /proc tells while the process lives; nothing that could be a secret. */

import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { DriftAuthor } from '../reconcile/agent-status.ts'

const mostArguments = 4
const mostCharacters = 48

/** At once, since a process that changed a ruleset may end within milliseconds. @param process its name as the kernel told it */
export function describeProcess(pid: number, process: string): DriftAuthor {
  const folder = `/proc/${pid}`
  const unknown: DriftAuthor = { process, pid, command: null, executable: null, uid: null, parent: null }
  // The number may be another process's by now, or one of another process namespace.
  if (readName(folder) !== process) return unknown
  return {
    ...unknown,
    command: attempt(() => printCommand(readFileSync(`${folder}/cmdline`, 'utf8').split('\0'))),
    executable: attempt(() => readlinkSync(`${folder}/exe`)),
    uid: attempt(() => statSync(folder).uid),
    parent: attempt(() => readName(`/proc/${readParent(folder)}`)),
  }
}

/**
 * The program and its first words, each cut short: what follows an option that asks for a secret or for a script, what follows a
 * `=`, and the user in a URL are left out.
 */
export function printCommand(words: readonly string[]): string {
  const [program = '', ...given] = words.filter((word) => word !== '')
  const shown = given.slice(0, mostArguments).map((word, at) => (isPrivateAfter(given[at - 1]) ? '…' : printWord(word)))
  return [basename(program), ...shown, ...(given.length > mostArguments ? ['…'] : [])].join(' ')
}

function isPrivateAfter(option: string | undefined): boolean {
  return option !== undefined && /^-.*(pass|secret|token|key|auth|cred)|^-[cepu]$/i.test(option)
}

function printWord(word: string): string {
  const open = word
    .replace(/=.*/s, '=…')
    .replace(/\/\/[^/@]*@/g, '//…@')
    // Somebody else's text, which ends on terminals.
    .replace(/\p{Cc}/gu, ' ')
  return open.length > mostCharacters ? `${open.slice(0, mostCharacters)}…` : open
}

function readName(folder: string): string | null {
  return attempt(() => readFileSync(`${folder}/comm`, 'utf8').replace(/\n$/, ''))
}

/** The fourth field of stat; the second, a name in brackets, may hold anything. */
function readParent(folder: string): string {
  const text = readFileSync(`${folder}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? ''
}

/** It may have ended, or may not be looked at. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
