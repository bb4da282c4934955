/** `rampart diff`: who gains and who loses access between two revisions. */

import { type AccessDifference, isSameAccess } from '../../access/access-difference.ts'
import { printDifferenceJson, printDifferenceText } from '../../access/print-difference.ts'
import { printDifferenceMarkdown } from '../../access/print-difference-markdown.ts'
import { createDirectorySource } from '../../adapters/directory-source.ts'
import { findWorkingCopy, readNamedRevision } from '../../adapters/working-copy.ts'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { createStyle } from '../../diagnostic/style.ts'
import { compareAccess } from '../../pipeline/compare-access.ts'
import { readPolicy } from '../../pipeline.ts'
import type { PolicySet } from '../../policy/policy-set.ts'
import { type RevisionFiles, shortCommit } from '../../repository/revision.ts'
import { nodesOf } from '../../resolve/derive-facts.ts'
import { type CommandIo, type Format, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { momentOf, openPolicyTarget } from '../policy-target.ts'
import { requireHost } from '../require-host.ts'
import { runSteps } from '../run-steps.ts'

export interface DiffOptions {
  readonly repo?: string
  readonly host?: string
  readonly at?: string
  readonly format: Format | 'markdown'
}

/** As the agent takes at most, unless it is configured otherwise. */
const maxBytes = 64 * 1024 * 1024

/** Exit 0: the same access; 2: it differs; 1: a revision is missing or not valid. */
export async function diffCommand(words: Words, options: DiffOptions, io: CommandIo): Promise<number> {
  const moment = momentOf(options.at)
  const [baseFiles, headFiles] = isUrl(options.repo)
    ? await readRemote(options.repo, words, io)
    : await readLocal(options.repo ?? '.', words, io)
  const base = validPolicy(baseFiles, io)
  const head = validPolicy(headFiles, io)
  if (base === undefined || head === undefined) return 1
  requireHost(options.host, [...nodesOf(base.policySet), ...nodesOf(head.policySet)])
  const question = { base: base.policySet, head: head.policySet, host: options.host, moment }
  const difference = await runSteps(compareAccess(question), 'comparing hosts', io)
  io.out(print(difference, { base: base.name, head: head.name }, { ...options, io }))
  return isSameAccess(difference) ? 0 : 2
}

interface NamedFiles extends RevisionFiles {
  /** For people. */
  readonly name: string
}

interface Words {
  readonly base: string
  /** Undefined: what is checked out, as `validate` sees it. */
  readonly head: string | undefined
}

async function readLocal(
  folder: string,
  { base, head }: Words,
  { signal }: CommandIo,
): Promise<readonly [NamedFiles, NamedFiles]> {
  const copy = await findWorkingCopy(folder)
  const read = async (revision: string) =>
    named(revision, await readNamedRevision(copy, { name: revision, maxBytes }, signal))
  const then = await read(base)
  if (head !== undefined) return [then, await read(head)]
  return [then, { ...(await createDirectorySource(folder).fetch(signal)), name: 'working tree' }]
}

async function readRemote(
  url: string,
  { base, head }: Words,
  io: CommandIo,
): Promise<readonly [NamedFiles, NamedFiles]> {
  if (head === undefined)
    throw new UsageError('a remote repository has no working tree: give BASE and HEAD, two branches of it')
  const read = async (branch: string) => {
    const { openSource } = await openPolicyTarget({ repo: url, ref: branch }, io.color.err)
    const { source, close } = await openSource()
    try {
      return named(branch, await source.fetch(io.signal))
    } finally {
      await close()
    }
  }
  return [await read(base), await read(head)]
}

function named(name: string, files: RevisionFiles): NamedFiles {
  return { ...files, name: `${name} (${shortCommit(files.revision.commit)})` }
}

function isUrl(repo: string | undefined): repo is string {
  return repo !== undefined && (/^[a-z+]+:\/\//.test(repo) || /^[^/:@\s]+@[^/:\s]+:/.test(repo))
}

/** Undefined when there are errors, which are printed. */
function validPolicy(
  { name, files }: NamedFiles,
  io: CommandIo,
): { readonly name: string; readonly policySet: PolicySet } | undefined {
  const policy = readPolicy(files)
  if (!hasErrors(policy.diagnostics)) return { name, policySet: policy.value }
  reportDiagnostics(policy.diagnostics, io)
  io.err(`rampart: ${name} is not valid policy, so there is nothing to compare\n`)
  return undefined
}

function print(
  difference: AccessDifference,
  context: { readonly base: string; readonly head: string },
  { format, io }: { readonly format: DiffOptions['format']; readonly io: CommandIo },
): string {
  switch (format) {
    case 'text':
      return printDifferenceText(difference, context, createStyle(io.color.out))
    case 'json':
      return printDifferenceJson(difference, context)
    case 'markdown':
      return printDifferenceMarkdown(difference)
  }
}
