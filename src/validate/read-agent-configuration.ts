/** Reads the agent's configuration file (interface.md section 3): gives it with every default filled in. */

import { type Checked, type Diagnostic, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import {
  type AgentConfiguration,
  defaultStateDir,
  type RepositoryConfiguration,
  type WebhookConfiguration,
} from '../host/agent-configuration.ts'
import type { AgentConfigurationDocument } from '../schema/agent-configuration.ts'
import { validators } from '../schema/validators.js'
import { type Draft, readFilePath, readListen, readMs, readQuantity, readText } from './agent-draft.ts'
import { checkStructure } from './check-structure.ts'
import { whyNoName } from './names.ts'
import { readApplyConfiguration } from './read-apply-configuration.ts'
import { readSize } from './read-quantity.ts'
import { readSingleDocument } from './read-single-document.ts'
import { readTrust } from './read-trust.ts'
import { subjectOf } from './subject.ts'
import { whyNoRemote } from './why-no-remote.ts'
import { whyNoSchedule } from './why-no-schedule.ts'

export interface AgentConfigurationInput {
  readonly source: Source
  /** Absolute; where relative paths in the file start. */
  readonly folder: string
  /** The lower-cased host name. */
  readonly defaultNode: string
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
    trust: readTrust(draft, (field) => readFilePath(draft, ['trust', field], value.trust?.[field])),
    schedule,
    splayMs: readMs(draft, ['splay'], { text: value.splay ?? '30s', atLeastMs: 0 }),
    webhook: readWebhook(draft),
    apply: readApplyConfiguration(draft),
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
  const guard = { isSigned: draft.value.trust !== undefined, hasToken: repository.tokenFile !== undefined }
  return {
    url: readText(draft, ['repository', 'url'], { text: repository.url ?? '', why: (url) => whyNoRemote(url, guard) }),
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
  if (listen === undefined || secretFile === undefined) return undefined
  return { listen, provider: webhook.provider ?? 'github', secretFile }
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
