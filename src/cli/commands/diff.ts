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
import type { RevisionFiles } from '../../repository/revision.ts'
import { nodesOf } from '../../resolve/derive-facts.ts'
import { type CommandIo, type Format, Refusal, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { momentOf, openPolicyTarget } from '../policy-target.ts'

export interface DiffOptions {
  readonly repo?: string
  readonly host?: string
  readonly at?: string
  readonly format: Format | 'markdown'
}

/** As the agent takes at most, unless it is configured otherwise. */
const maxBytes = 64 * 1024 * 1024

/** Exit 0: the same access; 2: it differs; 1: a revision is missing or not valid. */
export async function diffCommand(
  words: { readonly base: string; readonly head: string | undefined },
  options: DiffOptions,
  io: CommandIo,
): Promise<number> {
  const moment = momentOf(options.at)
  const read = isUrl(options.repo) ? remoteReader(options.repo, io) : await localReader(options.repo ?? '.', io)
  const base = validPolicy(await read(words.base), io)
  const head = validPolicy(await read(words.head), io)
  if (base === undefined || head === undefined) return 1
  const nodes = new Set([...nodesOf(base.policySet), ...nodesOf(head.policySet)])
  if (options.host !== undefined && !nodes.has(options.host))
    throw new Refusal(
      `no host endpoint of either revision is for "${options.host}": its hosts are ${[...nodes].join(', ')}`,
    )
  const progress = progressOf(io)
  const difference = compareAccess({
    base: base.policySet,
    head: head.policySet,
    host: options.host,
    moment,
    onHost: progress.tell,
  })
  progress.end()
  io.out(print(difference, { base: base.name, head: head.name }, { ...options, io }))
  return isSameAccess(difference) ? 0 : 2
}

interface NamedFiles extends RevisionFiles {
  /** For people. */
  readonly name: string
}

/** Undefined: what is checked out, as `validate` sees it. */
type Reader = (revision: string | undefined) => Promise<NamedFiles>

async function localReader(folder: string, { signal }: CommandIo): Promise<Reader> {
  const copy = await findWorkingCopy(folder)
  return async (revision) => {
    if (revision === undefined) return { ...(await createDirectorySource(folder).fetch(signal)), name: 'working tree' }
    const files = await readNamedRevision(copy, { name: revision, maxBytes }, signal)
    return { ...files, name: `${revision} (${files.revision.commit.slice(0, 10)})` }
  }
}

function remoteReader(url: string, io: CommandIo): Reader {
  return async (revision) => {
    if (revision === undefined)
      throw new UsageError('a remote repository has no working tree: give BASE and HEAD, two branches of it')
    const { openSource } = await openPolicyTarget({ repo: url, ref: revision }, io.color.err)
    const { source, close } = await openSource()
    try {
      const files = await source.fetch(io.signal)
      return { ...files, name: `${revision} (${files.revision.commit.slice(0, 10)})` }
    } finally {
      await close()
    }
  }
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

/** On a terminal, where it takes long enough to wonder. */
function progressOf({ err, color }: CommandIo): { tell(done: number, all: number): void; end(): void } {
  let isShown = false
  return {
    tell(done, all) {
      if (color.err !== 'color' || all < 20 || done % 10 !== 0) return
      isShown = true
      err(`\r${String(done).padStart(String(all).length)} of ${all} hosts`)
    },
    end() {
      if (isShown) err('\r\u001b[K')
    },
  }
}
