/** Reads everything about this host that the doctor judges. Nothing is written, loaded or changed. */

import { dirname, resolve } from 'node:path'
import { readCredential, readLastGoodFile, readStateFolder } from '../adapters/examine-files.ts'
import { listForeignChains, listLegacyTables } from '../adapters/examine-foreign-chains.ts'
import { readKernelSettings, readRights, tryKernelFeatures } from '../adapters/examine-kernel.ts'
import { readAccount, readPrograms } from '../adapters/examine-programs.ts'
import { readRemote } from '../adapters/examine-remote.ts'
import { readAgentState, readClock, readUnits } from '../adapters/examine-services.ts'
import { readOptionalTextFile } from '../adapters/files.ts'
import { systemHostInspector } from '../adapters/interfaces.ts'
import { hasErrors } from '../diagnostic/diagnostic.ts'
import { toPlainDiagnostic } from '../diagnostic/print-json.ts'
import { type AgentConfiguration, defaultStateDir } from '../host/agent-configuration.ts'
import type { ConfigurationReading, CredentialFile, HostReadings, Reading } from '../host/host-readings.ts'
import { HostError } from '../reconcile/host-error.ts'
import { readAgentConfiguration } from '../validate/read-agent-configuration.ts'
import { controlSocketPath } from './control-socket-path.ts'
import { defaultConfig, thisNode } from './policy-target.ts'

export interface ExamineOptions {
  readonly config?: string
  readonly stateDir?: string
}

export async function examineHost(options: ExamineOptions, signal: AbortSignal): Promise<HostReadings> {
  const configuration = await readConfiguration(options.config ?? defaultConfig)
  const known = configuration.type === 'valid' ? configuration.configuration : undefined
  const stateDir = options.stateDir ?? process.env.RAMPART_STATE_DIR ?? known?.stateDir ?? defaultStateDir
  return {
    configuration,
    programs: await readPrograms(signal),
    features: await tryKernelFeatures(signal),
    rights: await readRights(),
    account: await readAccount('rampart', signal),
    state: await readStateFolder(stateDir),
    credentials: await Promise.all(credentialsOf(known).map(readCredential)),
    lastGood: await readLastGoodFile(stateDir, signal),
    agent: await readAgentState(controlSocketPath()),
    units: await readUnits(signal),
    foreignChains: await listForeignChains(signal),
    legacyTables: await listLegacyTables(),
    interfaces: await readInterfaces(signal),
    settings: await readKernelSettings(),
    clock: await readClock(signal),
    remote:
      known === undefined
        ? { type: 'unread', reason: 'without a valid configuration it is not known' }
        : await readRemote(known.repository, signal),
  }
}

async function readConfiguration(path: string): Promise<ConfigurationReading> {
  const text = await readingOf(() => readOptionalTextFile(path))
  if (text.type === 'unread') return { ...text, path }
  if (text.value === undefined) return { type: 'missing', path }
  const source = { path, text: text.value }
  const { value, diagnostics } = readAgentConfiguration({
    source,
    folder: dirname(resolve(path)),
    defaultNode: thisNode(),
  })
  const [first] = diagnostics
  if (value !== undefined && !hasErrors(diagnostics)) return { type: 'valid', path, configuration: value }
  if (first === undefined) throw new Error('bug: no configuration and no diagnostic')
  const { line, column, message } = toPlainDiagnostic(first)
  return { type: 'invalid', path, fault: `${path}:${line}:${column}: ${message}`, count: diagnostics.length }
}

function readInterfaces(signal: AbortSignal): Promise<HostReadings['interfaces']> {
  return readingOf(async () => (await systemHostInspector.read(thisNode(), signal)).interfaces)
}

function credentialsOf(configuration: AgentConfiguration | undefined): readonly Omit<CredentialFile, 'file'>[] {
  const { repository, webhook } = configuration ?? {}
  const named: readonly (readonly [string, string | undefined, 'secret' | 'public'])[] = [
    ['repository.tokenFile', repository?.tokenFile, 'secret'],
    ['repository.caFile', repository?.caFile, 'public'],
    ['repository.clientCertFile', repository?.clientCertFile, 'public'],
    ['repository.clientKeyFile', repository?.clientKeyFile, 'secret'],
    ['repository.sshKeyFile', repository?.sshKeyFile, 'secret'],
    ['repository.knownHostsFile', repository?.knownHostsFile, 'public'],
    ['webhook.secretFile', webhook?.secretFile, 'secret'],
  ]
  return named.flatMap(([field, path, kind]) =>
    path === undefined ? [] : [{ field, path, isSecret: kind === 'secret' }],
  )
}

async function readingOf<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { type: 'read', value: await read() }
  } catch (error) {
    if (error instanceof HostError && error.code !== 'aborted') return { type: 'unread', reason: error.message }
    throw error
  }
}
