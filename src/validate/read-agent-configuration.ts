/** Reads the agent's configuration file (interface.md section 3): gives it with every default filled in. */

import { resolve } from 'node:path'
import { type Checked, type Diagnostic, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { Path } from '../document/located-document.ts'
import {
  type AgentConfiguration,
  type ApplyConfiguration,
  defaultApply,
  defaultStateDir,
  type ListenAddress,
  type RepositoryConfiguration,
  type WebhookConfiguration,
} from '../host/agent-configuration.ts'
import type { AgentConfigurationDocument } from '../schema/agent-configuration.ts'
import { validators } from '../schema/validators.js'
import { checkStructure } from './check-structure.ts'
import { whyNoName } from './names.ts'
import { type Quantity, readDuration, readListenAddress, readSize } from './read-quantity.ts'
import { readSingleDocument } from './read-single-document.ts'
import { printPath, type Subject, subjectOf } from './subject.ts'
import { whyNoRemote, withoutSecret } from './why-no-remote.ts'
import { whyNoSchedule } from './why-no-schedule.ts'

export interface AgentConfigurationInput {
  readonly source: Source
  /** Absolute; where relative paths in the file start. */
  readonly folder: string
  /** The lower-cased host name. */
  readonly defaultNode: string
}

/** A configuration being read, and where its relative paths start. */
interface Draft extends Subject<AgentConfigurationDocument> {
  readonly folder: string
}

/** Undefined when anything is wrong. */
export function readAgentConfiguration({
  source,
  folder,
  defaultNode,
}: AgentConfigurationInput): Checked<AgentConfiguration | undefined> {
  const { value: document, diagnostics: syntax } = readSingleDocument(source, 'configuration')
  if (document === undefined) return { value: undefined, diagnostics: syntax }
  const structure = checkStructure(document, 'AgentConfiguration', validators.AgentConfiguration)
  const diagnostics: Diagnostic[] = [...structure.diagnostics]
  const subject = subjectOf(document, document.value as AgentConfigurationDocument, {
    unsound: structure.unsound,
    diagnostics,
  })
  const configuration = readAll({ ...subject, folder }, defaultNode)
  return { value: diagnostics.length === 0 ? configuration : undefined, diagnostics: inSourceOrder(diagnostics) }
}

function readAll(draft: Draft, defaultNode: string): AgentConfiguration {
  const { value } = draft
  const node = readText(draft, ['node'], { text: value.node ?? defaultNode, why: whyNoName })
  const schedule = readText(draft, ['schedule'], { text: value.schedule ?? '* * * * *', why: whyNoSchedule })
  return {
    node,
    repository: readRepository(draft),
    schedule,
    splayMs: readMs(draft, ['splay'], { text: value.splay ?? '30s', atLeastMs: 0 }),
    webhook: readWebhook(draft),
    apply: readApply(draft),
    failsafes: value.failsafes ?? 'minimal',
    driftIntervalMs: readMs(draft, ['driftInterval'], { text: value.driftInterval ?? '180s', atLeastMs: 5000 }),
    observe: readListen(draft, ['observe', 'listen'], value.observe?.listen),
    logLevel: value.logLevel ?? 'info',
    stateDir: readFilePath(draft, ['stateDir'], value.stateDir) ?? defaultStateDir,
  }
}

function readRepository(draft: Draft): RepositoryConfiguration {
  const repository: Partial<AgentConfigurationDocument['repository']> = draft.value.repository ?? {}
  const file = (field: FileField) => readFilePath(draft, ['repository', field], repository[field])
  checkPair(draft, repository)
  return {
    url: readText(draft, ['repository', 'url'], { text: repository.url ?? '', why: whyNoRemote }),
    branch: readText(draft, ['repository', 'branch'], { text: repository.branch ?? 'main', why: whyNoBranch }),
    path: readText(draft, ['repository', 'path'], { text: repository.path ?? '.', why: whyNoFolder }),
    username: repository.username ?? 'rampart',
    tokenFile: file('tokenFile'),
    caFile: file('caFile'),
    clientCertFile: file('clientCertFile'),
    clientKeyFile: file('clientKeyFile'),
    sshKeyFile: file('sshKeyFile'),
    knownHostsFile: file('knownHostsFile'),
    timeoutMs: readMs(draft, ['repository', 'timeout'], { text: repository.timeout ?? '30s', atLeastMs: 1000 }),
    maxBytes: readQuantity(draft, ['repository', 'maxBytes'], readSize(String(repository.maxBytes ?? '64Mi'))) ?? 0,
  }
}

type FileField = 'tokenFile' | 'caFile' | 'clientCertFile' | 'clientKeyFile' | 'sshKeyFile' | 'knownHostsFile'

function checkPair(
  draft: Draft,
  { clientCertFile, clientKeyFile }: Partial<AgentConfigurationDocument['repository']>,
): void {
  if ((clientCertFile === undefined) === (clientKeyFile === undefined)) return
  const [given, absent] =
    clientKeyFile === undefined ? ['clientCertFile', 'clientKeyFile'] : ['clientKeyFile', 'clientCertFile']
  draft.report('missing-field', {
    at: ['repository', given],
    mark: 'key',
    message: `${given} is given without ${absent}: a client certificate needs both`,
  })
}

function readWebhook(draft: Draft): WebhookConfiguration | undefined {
  const { webhook } = draft.value
  if (webhook === undefined || !draft.isSound(['webhook'])) return undefined
  const listen = readListen(draft, ['webhook', 'listen'], webhook.listen)
  const secretFile = readFilePath(draft, ['webhook', 'secretFile'], webhook.secretFile)
  return listen === undefined || secretFile === undefined ? undefined : { listen, provider: 'github', secretFile }
}

/** A longer wait would look like a run that hangs. */
const longestActivationDelayMs = 300_000

function readApply(draft: Draft): ApplyConfiguration {
  const { firstActivationDelay: text, endDeniedConnections } = draft.value.apply ?? {}
  const delay = text === undefined ? undefined : readDuration(String(text), 0, longestActivationDelayMs)
  return {
    firstActivationDelayMs:
      delay === undefined
        ? defaultApply.firstActivationDelayMs
        : (readQuantity(draft, ['apply', 'firstActivationDelay'], delay) ?? 0),
    endsDeniedConnections: endDeniedConnections ?? defaultApply.endsDeniedConnections,
  }
}

/** A branch name that git accepts and that no command could take for an option. */
function whyNoBranch(branch: string): string | undefined {
  const isName = /^[\w./+@-]+$/.test(branch) && !/^[-/.]|\.\.|\/\/|@\{|[/.]$|\.lock(\/|$)/.test(branch)
  return isName ? undefined : 'write the name of a branch without refs/heads/, as main'
}

function whyNoFolder(path: string): string | undefined {
  const isInside = !path.startsWith('/') && path !== '' && !path.split('/').includes('..')
  return isInside ? undefined : 'write a folder inside the repository, as hosts/policies'
}

/** What is not sound was reported, and the configuration will not be used. */
function readText(
  draft: Draft,
  at: Path,
  { text, why }: { readonly text: string; readonly why: (text: string) => string | undefined },
): string {
  const reason = draft.isSound(at) ? why(text) : undefined
  if (reason !== undefined)
    draft.report('invalid-value', {
      at,
      message: `${printPath(at)} is ${JSON.stringify(withoutSecret(text))}: ${reason}`,
    })
  return text
}

function readMs(
  draft: Draft,
  at: Path,
  { text, atLeastMs }: { readonly text: string; readonly atLeastMs: number },
): number {
  return readQuantity(draft, at, readDuration(String(text), atLeastMs)) ?? 0
}

function readListen(draft: Draft, at: Path, text: string | undefined): ListenAddress | undefined {
  return text === undefined ? undefined : readQuantity(draft, at, readListenAddress(String(text)))
}

function readQuantity<Value>(draft: Draft, at: Path, reading: Quantity<Value>): Value | undefined {
  if (reading.type === 'value') return reading.value
  if (draft.isSound(at))
    draft.report('invalid-value', { at, message: `${printPath(at)} cannot be read: ${reading.why}` })
  return undefined
}

function readFilePath(draft: Draft, at: Path, path: string | undefined): string | undefined {
  if (path === undefined || !draft.isSound(at)) return undefined
  if (path === '')
    draft.report('invalid-value', { at, message: `${printPath(at)} is empty: name a file, or remove the field` })
  return resolve(draft.folder, path)
}
