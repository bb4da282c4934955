/** The program itself on the lab's gateway: its configuration, its agent, its commands, and what the agent reports. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type BackgroundProcess, startBackgroundProcess } from '../adapters/background-process.ts'
import { type CommandResult, runCommand } from '../adapters/command.ts'
import { namespaceError, type Program } from '../adapters/namespaces.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { forge, gatewayOutside } from './addresses.ts'
import type { Lab } from './lab.ts'

export interface Gateway {
  readonly configFile: string
  readonly webhookUrl: string
  readonly repositoryUrl: string
  /** Runs `rampart WORDS` on the gateway, to its end. */
  rampart(words: readonly string[]): Promise<CommandResult>
  /** Runs any program on the gateway, to its end. */
  run(program: Program): Promise<CommandResult>
  startAgent(): Promise<void>
  /**
   * The agent's status as soon as it is as wanted.
   *
   * @throws HostError namespace-failed, with the end of the agent's log, when that takes longer than 10 s
   */
  waitFor(wanted: (status: AgentStatus) => boolean, description: string): Promise<AgentStatus>
  /** Lets the agent outlive this process. */
  leave(): void
}

export interface GatewaySetup {
  readonly lab: Lab
  /** An empty folder for configuration, secrets, state and log. */
  readonly folder: string
  readonly rampart: Program
  readonly token: string
  readonly webhookSecret: string
  /** PEM of the CA that the git server's certificate is checked with. */
  readonly ca: string
  readonly signal: AbortSignal
}

const waitLimitMs = 10_000
const webhookPort = 9477

export async function setUpGateway(setup: GatewaySetup): Promise<Gateway> {
  const repositoryUrl = `https://${forge.v4}/firewall.git`
  const configFile = await writeConfiguration(setup, repositoryUrl)
  const stateDir = join(setup.folder, 'state')
  const env = { RAMPART_STATE_DIR: stateDir, RAMPART_RUNTIME_DIR: join(setup.folder, 'run') }
  const logFile = join(setup.folder, 'agent.log')
  let agent: BackgroundProcess | undefined
  const program = (words: readonly string[]) => ({ ...setup.rampart, args: [...setup.rampart.args, ...words] })
  const run = (inner: Program) =>
    runCommand({ ...setup.lab.inside('gateway', inner), env, timeoutMs: waitLimitMs, signal: setup.signal })
  return {
    configFile,
    repositoryUrl,
    webhookUrl: `http://${gatewayOutside.v4}:${webhookPort}/hook`,
    rampart: (words) => run(program(words)),
    run,
    startAgent: async () => {
      const inner = program(['run', '--config', configFile])
      agent = await startBackgroundProcess({ ...setup.lab.inside('gateway', loggedTo(logFile, inner)), env })
    },
    waitFor: (wanted, description) => waitForStatus({ stateDir, logFile, wanted, description, signal: setup.signal }),
    leave: () => agent?.release(),
  }
}

/** A file, not a pipe: an agent that is left behind goes on writing. */
function loggedTo(logFile: string, inner: Program): Program {
  return { program: 'sh', args: ['-c', 'exec "$@" >>"$0" 2>&1', logFile, inner.program, ...inner.args] }
}

async function writeConfiguration(setup: GatewaySetup, repositoryUrl: string): Promise<string> {
  const path = (name: string) => join(setup.folder, name)
  const secret = { mode: 0o600 }
  await mkdir(path('run'), { mode: 0o700 })
  await writeFile(path('git-token'), `${setup.token}\n`, secret)
  await writeFile(path('webhook-secret'), `${setup.webhookSecret}\n`, secret)
  await writeFile(path('ca.pem'), setup.ca)
  const lines = [
    'apiVersion: rampart/v1',
    'kind: AgentConfiguration',
    'node: gw-1',
    'repository:',
    `  url: ${repositoryUrl}`,
    '  tokenFile: git-token',
    '  caFile: ca.pem',
    '  timeout: 5s',
    'schedule: "* * * * *"',
    // a story is shorter than these waits, and nobody is connected to a gateway that was just wired
    'apply: {confirmAfter: 0s, firstActivationDelay: 0s}',
    'splay: 0s',
    'webhook:',
    `  listen: ${gatewayOutside.v4}:${webhookPort}`,
    '  provider: github',
    '  secretFile: webhook-secret',
    'observe: {listen: "127.0.0.1:9478"}',
    'stateDir: state',
  ]
  await writeFile(path('agent.yaml'), `${lines.join('\n')}\n`)
  return path('agent.yaml')
}

interface Wait {
  readonly stateDir: string
  readonly logFile: string
  readonly wanted: (status: AgentStatus) => boolean
  readonly description: string
  readonly signal: AbortSignal
}

async function waitForStatus(wait: Wait): Promise<AgentStatus> {
  const endAt = performance.now() + waitLimitMs
  for (;;) {
    wait.signal.throwIfAborted()
    const status = await readStatus(join(wait.stateDir, 'status.json'))
    if (status !== undefined && wait.wanted(status)) return status
    if (performance.now() > endAt) break
    await delay(20)
  }
  const log = await readFile(wait.logFile, 'utf8').catch(() => '')
  throw namespaceError(`the agent did not ${wait.description} within 10 s; its log ends so:\n${lastLines(log)}`)
}

/** Undefined while there is none. It is replaced as a whole, so it is never half of one. */
async function readStatus(path: string): Promise<AgentStatus | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as AgentStatus)
}

function lastLines(log: string): string {
  return log.trimEnd().split('\n').slice(-10).join('\n')
}
