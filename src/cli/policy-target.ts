/** Where a command's policy comes from, and whose it is: `--from`, `--repo` or `--config`; `--host` and `--facts`. */

import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { systemClock } from '../adapters/clock.ts'
import { createDirectorySource } from '../adapters/directory-source.ts'
import { readTextFile } from '../adapters/files.ts'
import { systemHostInspector } from '../adapters/interfaces.ts'
import { type Checked, hasErrors } from '../diagnostic/diagnostic.ts'
import { printDiagnosticsText } from '../diagnostic/print-text.ts'
import type { Source } from '../diagnostic/source.ts'
import type { ColorMode } from '../diagnostic/style.ts'
import {
  type AgentConfiguration,
  defaultStateDir,
  type RepositoryConfiguration,
  type TrustConfiguration,
} from '../host/agent-configuration.ts'
import { type ApplyConfiguration, defaultApplyConfiguration } from '../host/apply-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { RunPorts, RunSettings } from '../reconcile/run-context.ts'
import { anyCommit } from '../reconcile/trust.ts'
import { deriveFacts } from '../resolve/derive-facts.ts'
import { readAgentConfiguration } from '../validate/read-agent-configuration.ts'
import { readHostFacts } from '../validate/read-host-facts.ts'
import { readMoment } from '../validate/read-moment.ts'
import { type RemoteGuard, whyNoRemote } from '../validate/why-no-remote.ts'
import { UsageError } from './command-io.ts'
import { controlPorts } from './control-ports.ts'

export interface PolicyOptions {
  readonly from?: string
  readonly repo?: string
  readonly ref?: string
  readonly config?: string
  readonly host?: string
  readonly facts?: string
  readonly stateDir?: string
  readonly at?: string
}

export interface PolicyTarget {
  /** For people: the folder or URL. */
  readonly name: string
  readonly settings: RunSettings
  readonly stateDir: string
  /** Undefined with `--from` or `--repo` and no `--config`. */
  readonly configuration: AgentConfiguration | undefined
  /** Where the policy comes from, or with `--from` and `--config` what the agent here would ask; undefined without either. */
  readonly repository: RepositoryConfiguration | undefined
  /** For what expires: of `--at`, else now. */
  readonly moment: Date
  /** Of `--facts`. */
  readonly facts: HostFacts | undefined
  /** Clones are made in a temporary folder that close() removes. */
  openSource(): Promise<OpenSource>
}

export interface OpenSource extends Pick<RunPorts, 'source' | 'trust'> {
  close(): Promise<void>
}

export const defaultConfig = '/etc/rampart/agent.yaml'

/** @throws UsageError, HostError file-unreadable */
export async function openPolicyTarget(options: PolicyOptions, color: ColorMode): Promise<PolicyTarget> {
  if (options.from !== undefined && options.repo !== undefined) throw new UsageError('give --from or --repo, not both')
  if (options.ref !== undefined && options.repo === undefined) throw new UsageError('--ref goes with --repo')
  const usesConfig = options.config !== undefined || (options.from === undefined && options.repo === undefined)
  const configuration = usesConfig ? await readConfiguration(options.config ?? defaultConfig, color) : undefined
  const facts = options.facts === undefined ? undefined : await readFacts(options.facts, color)
  const node = options.host ?? facts?.node ?? configuration?.node ?? thisNode()
  if (facts !== undefined && facts.node !== node) {
    throw new UsageError(`--facts are of "${facts.node}", but --host says "${node}": give facts of the same host`)
  }
  const repository = repositoryOf(options, configuration)
  refusePlainHttp(options.repo, {
    isSigned: configuration?.trust !== undefined,
    hasToken: repository?.tokenFile !== undefined,
  })
  return {
    name: options.from ?? repository?.url ?? '',
    settings: {
      node,
      failsafes: configuration?.failsafes ?? 'minimal',
      apply: applyOf(configuration, repository),
      allowed: [],
      controlPorts: repository === undefined ? [] : controlPorts(repository.url, process.env),
    },
    stateDir: options.stateDir ?? process.env.RAMPART_STATE_DIR ?? configuration?.stateDir ?? defaultStateDir,
    configuration,
    repository,
    facts,
    moment: momentOf(options.at),
    openSource: () => openSource(options.from, { repository, trust: configuration?.trust }),
  }
}

/** Without a repository there is none that could go out of reach. */
function applyOf(
  configuration: AgentConfiguration | undefined,
  repository: RepositoryConfiguration | undefined,
): ApplyConfiguration {
  const apply = configuration?.apply ?? defaultApplyConfiguration
  const probes = apply.probes.filter(({ type }) => type !== 'repository' || repository !== undefined)
  return { ...apply, probes }
}

export function thisNode(): string {
  return hostname().trim().toLowerCase()
}

/** `--facts`, else this machine's when the policy is this machine's, else what the host's endpoints tell. */
export async function factsFor(target: PolicyTarget, policySet: PolicySet, signal: AbortSignal): Promise<HostFacts> {
  if (target.facts !== undefined) return target.facts
  const { node } = target.settings
  return isHere(target) ? systemHostInspector.read(node, signal) : deriveFacts(policySet, node)
}

/** Whether factsFor() gives what somebody has seen. */
export function originOfFacts(target: PolicyTarget): 'read' | 'derived' {
  return target.facts !== undefined || isHere(target) ? 'read' : 'derived'
}

function isHere({ settings, configuration }: PolicyTarget): boolean {
  return settings.node === (configuration?.node ?? thisNode())
}

/** @throws UsageError with the diagnostics, HostError file-unreadable */
async function readConfiguration(path: string, color: ColorMode): Promise<AgentConfiguration> {
  const source = { path, text: await readTextFile(path) }
  return requireValid(
    readAgentConfiguration({ source, folder: dirname(resolve(path)), defaultNode: thisNode() }),
    color,
  )
}

/** @throws UsageError with the diagnostics, HostError file-unreadable */
export async function readFacts(path: string, color: ColorMode): Promise<HostFacts> {
  const source: Source = { path: basename(path), text: await readTextFile(path) }
  return requireValid(readHostFacts(source), color)
}

function requireValid<T>(checked: Checked<T | undefined>, color: ColorMode): T {
  const { value, diagnostics } = checked
  if (value === undefined || hasErrors(diagnostics))
    throw new UsageError(printDiagnosticsText(diagnostics, { color: color === 'color' }).trimEnd())
  return value
}

function repositoryOf(
  options: PolicyOptions,
  configuration: AgentConfiguration | undefined,
): RepositoryConfiguration | undefined {
  if (options.from !== undefined) return configuration?.repository
  if (options.repo === undefined) return configuration?.repository
  const configured = configuration?.repository
  const access = configured !== undefined && isSameServer(configured.url, options.repo) ? configured : bareRepository
  return { ...access, url: options.repo, branch: options.ref ?? 'main' }
}

/** @param at of `--at`; undefined: now. @throws UsageError */
export function momentOf(at: string | undefined): Date {
  const moment = at === undefined ? systemClock.now() : readMoment(at)
  if (typeof moment === 'string') throw new UsageError(`--at: "${at}" is no moment: ${moment}`)
  return moment
}

/** The configuration's own address was checked when it was read. */
function refusePlainHttp(url: string | undefined, guard: RemoteGuard): void {
  const why = url?.startsWith('http:') ? whyNoRemote(url, guard) : undefined
  if (why !== undefined) throw new UsageError(`--repo: ${why}`)
}

/** Credentials are for the server they were configured for, and for no other. */
function isSameServer(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin && new URL(a).origin !== 'null'
}

const bareRepository: Omit<RepositoryConfiguration, 'url' | 'branch'> = {
  path: '.',
  username: 'rampart',
  tokenFile: undefined,
  caFile: undefined,
  clientCertFile: undefined,
  clientKeyFile: undefined,
  sshKeyFile: undefined,
  knownHostsFile: undefined,
  timeoutMs: 30_000,
  maxBytes: 64 * 1024 * 1024,
}

async function openSource(
  from: string | undefined,
  {
    repository,
    trust,
  }: { readonly repository: RepositoryConfiguration | undefined; readonly trust: TrustConfiguration | undefined },
): Promise<OpenSource> {
  if (from !== undefined || repository === undefined) {
    return { source: createDirectorySource(from ?? '.'), trust: anyCommit, close: async () => {} }
  }
  const { openTrustedRepository } = await import('../agent/trusted-repository.ts')
  const folder = await mkdtemp(join(tmpdir(), 'rampart-'))
  const ports = openTrustedRepository({ repository, trust, folder: join(folder, 'repo') })
  return { ...ports, close: () => rm(folder, { recursive: true, force: true }) }
}
