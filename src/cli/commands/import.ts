/** `rampart import`: what another firewall exports -> a first policy repository. */

import { basename } from 'node:path'
import { readExports, writeNewFolder } from '../../adapters/export-files.ts'
import { readTextFile } from '../../adapters/files.ts'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { positionOf, type Source } from '../../diagnostic/source.ts'
import type { HostFacts } from '../../host/host-facts.ts'
import type { Route } from '../../import/behind.ts'
import type { FileType } from '../../import/detect.ts'
import { readRoutes } from '../../import/read-routes.ts'
import { lossLines } from '../../import/report.ts'
import { asFile, type ImportedRepository, importPolicy, readPolicy } from '../../pipeline.ts'
import { readHostFacts } from '../../validate/read-host-facts.ts'
import { type CommandIo, type Format, printJson, Refusal, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { thisNode } from '../policy-target.ts'

export interface ImportOptions {
  readonly format: Format
  readonly type?: FileType
  readonly host?: string
  readonly facts?: string
  readonly out?: string
}

/** Exit 0: imported, and what could not be carried over is listed; 1: a file cannot be read. */
export async function importCommand(paths: readonly string[], options: ImportOptions, io: CommandIo): Promise<number> {
  const sources = await readExports(paths)
  if (sources.length === 0)
    throw new Refusal(
      `${paths.join(', ')}: no file of firewalld is in there: name the files of other firewalls one by one`,
    )
  const known = options.facts === undefined ? undefined : await readFacts(options.facts, io)
  const host = options.host ?? known?.facts.node ?? thisNode()
  const imported = importPolicy({ sources, type: options.type, host, facts: known?.facts, routes: known?.routes })
  if (typeof imported === 'string') throw new Refusal(imported)
  const report = { path: 'IMPORT.md', text: imported.report }
  if (options.out !== undefined) await writeNewFolder(options.out, [...imported.files, report])
  print(imported, options, io)
  checkResult(imported, io)
  return 0
}

function print({ files, losses }: ImportedRepository, { format, out }: ImportOptions, io: CommandIo): void {
  if (format === 'json') {
    const notCarriedOver = losses.map(({ effect, reason, span }) => ({
      effect,
      reason,
      file: span?.source.path ?? null,
      line: span === undefined || span.source.text === '' ? null : positionOf(span).line,
    }))
    io.out(printJson({ files, notCarriedOver }))
    return
  }
  if (out === undefined) io.out(files.map(({ text }) => text).join('---\n'))
  else io.out(`${[...files.map(({ path }) => path), 'IMPORT.md'].map((path) => `${out}/${path}`).join('\n')}\n`)
  const tell = out === undefined ? io.err : io.out
  for (const { title, lines } of lossLines(losses)) tell(`\n${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`)
}

/** Of a Calico export something may be left that rampart refuses; it is said at once, not at the first commit. */
function checkResult({ files }: ImportedRepository, io: CommandIo): void {
  const policy = readPolicy(files.map(asFile))
  if (hasErrors(policy.diagnostics)) {
    reportDiagnostics(policy.diagnostics, io)
    io.err('rampart: the imported policy is not valid yet: correct these before the first commit\n')
  }
}

interface KnownHost {
  readonly facts: HostFacts
  readonly routes: readonly Route[] | undefined
}

async function readFacts(path: string, io: CommandIo): Promise<KnownHost> {
  const source: Source = { path: basename(path), text: await readTextFile(path) }
  const { value: facts, diagnostics } = readHostFacts(source)
  reportDiagnostics(diagnostics, io)
  if (facts === undefined) throw new UsageError('the facts cannot be read')
  const routes = readRoutes(source)
  if (typeof routes === 'string') throw new UsageError(routes)
  return { facts, routes }
}
