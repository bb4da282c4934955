/** Fetches with the system's git what the library cannot: ssh, and repositories on this machine. */

import * as fs from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import type { HostError, HostErrorCode } from '../reconcile/host-error.ts'
import { type CommandResult, runCommand } from './command.ts'
import { refusePack } from './git-pack-sizes.ts'
import { type GitRemote, gitFailure, noBranch, printForeign } from './git-remote.ts'
import type { DownloadTarget, GitTransport } from './git-transport.ts'

type ProgramRemote = Exclude<GitRemote, { type: 'http' }>

/** No configuration of the machine or of a person has a say, and nothing ever asks a question. */
export function createProgramTransport(remote: ProgramRemote, configuration: RepositoryConfiguration): GitTransport {
  const program: Program = { remote, configuration }
  return {
    probe: (signal) => probe(program, signal),
    download: (target) => download(program, target),
  }
}

interface Program {
  readonly remote: ProgramRemote
  readonly configuration: RepositoryConfiguration
}

async function probe(program: Program, signal: AbortSignal): Promise<string> {
  const { remote, configuration } = program
  const ref = `refs/heads/${configuration.branch}`
  const args = ['ls-remote', ...uploadPack(remote), '--', remote.address, ref]
  const { stdout } = await git(program, { args, signal })
  // the pattern also matches refs that merely end so
  const line = stdout.split('\n').find((text) => text.endsWith(`\t${ref}`))
  if (line === undefined) throw noBranch(remote.name, configuration.branch)
  return line.slice(0, line.indexOf('\t'))
}

async function download(program: Program, { gitdir, depth, signal, onAsked }: DownloadTarget): Promise<string> {
  const { remote, configuration } = program
  const ref = 'refs/remotes/origin/tip'
  const args = [
    `--git-dir=${gitdir}`,
    // one pack a fetch, so that growth can be counted; a new generation takes the place of repacking
    ...['-c', 'fetch.unpackLimit=1', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false'],
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'],
    ...(depth === undefined ? [] : [`--depth=${depth}`]),
    ...[...uploadPack(remote), '--', remote.address, `+refs/heads/${configuration.branch}:${ref}`],
  ]
  const before = await packNames(gitdir)
  await git(program, { args, signal, onStart: () => onAsked?.() })
  for (const pack of await packNames(gitdir)) if (!before.includes(pack)) await checkPack(program, { gitdir, pack })
  const { resolveRef } = await import('./git-library.ts')
  return await resolveRef({ fs, gitdir, ref })
}

/** Empty when there are none yet. */
async function packNames(gitdir: string): Promise<readonly string[]> {
  const names = await readdir(join(gitdir, 'objects', 'pack')).catch((): readonly string[] => [])
  return names.filter((name) => name.endsWith('.pack'))
}

/** Whoever reads it unpacks it, so the whole repository goes when it would become too large. @throws HostError git-limit, git-corrupt */
async function checkPack(
  { remote, configuration }: Program,
  { gitdir, pack }: { readonly gitdir: string; readonly pack: string },
): Promise<void> {
  try {
    await refusePack(await readFile(join(gitdir, 'objects', 'pack', pack)), { ...configuration, name: remote.name })
  } catch (error) {
    await rm(gitdir, { recursive: true, force: true })
    throw error
  }
}

/** git reads no repository of another user, but ours names it; upload-pack runs nothing that the repository says. */
function uploadPack(remote: ProgramRemote): readonly string[] {
  return remote.type === 'local' ? ["--upload-pack=git -c safe.directory='*' upload-pack"] : []
}

/**
 * git has no limit for what it receives, so no file that it writes may grow larger. Without the trap the kernel would end
 * it without a word; with it git says "File too large".
 */
const limitedGit = 'trap "" XFSZ; ulimit -f "$1" && shift && exec git "$@"'
/** The unit of ulimit -f, by POSIX. */
const blockBytes = 512

async function git(
  { remote, configuration }: Program,
  call: { readonly args: readonly string[]; readonly signal: AbortSignal; readonly onStart?: () => void },
): Promise<CommandResult> {
  const result = await runCommand({
    program: 'sh',
    args: ['-c', limitedGit, 'sh', String(Math.ceil(configuration.maxBytes / blockBytes)), ...call.args],
    env: environment(configuration),
    timeoutMs: configuration.timeoutMs,
    signal: call.signal,
    ...(call.onStart === undefined ? {} : { onStart: call.onStart }),
  })
  if (result.end === 'exited' && result.exitCode === 0) return result
  throw programFailure(result, remote.name, configuration)
}

function environment(configuration: RepositoryConfiguration): Record<string, string> {
  const socket = process.env.SSH_AUTH_SOCK
  return {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'ssh:file',
    GIT_SSH_VARIANT: 'ssh',
    GIT_SSH_COMMAND: sshCommand(configuration),
    // a person's keys, for want of one in the configuration
    ...(configuration.sshKeyFile === undefined && socket !== undefined ? { SSH_AUTH_SOCK: socket } : {}),
  }
}

/** git hands it to a shell. */
function sshCommand({ sshKeyFile, knownHostsFile, timeoutMs }: RepositoryConfiguration): string {
  const known = knownHostsFile && [
    '-o',
    `UserKnownHostsFile=${sshPath(knownHostsFile)}`,
    '-o',
    'GlobalKnownHostsFile=none',
  ]
  const options = [
    ...['-F', 'none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `ConnectTimeout=${Math.max(1, Math.ceil(timeoutMs / 1000))}`],
    ...(sshKeyFile === undefined ? [] : ['-o', `IdentityFile=${sshPath(sshKeyFile)}`, '-o', 'IdentitiesOnly=yes']),
    ...(known || []),
  ]
  return ['ssh', ...options.map((option) => `'${option.replaceAll("'", "'\\''")}'`)].join(' ')
}

/** ssh splits at blanks and replaces what begins with a percent sign. */
function sshPath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}

function programFailure(result: CommandResult, name: string, configuration: RepositoryConfiguration): HostError {
  const { timeoutMs, maxBytes } = configuration
  if (result.end === 'timed-out') {
    return gitFailure('git-limit', { name, reason: `it took more than ${timeoutMs / 1000} s` })
  }
  if (result.end === 'missing' || result.exitCode === 127) {
    const reason = 'there is no program git: install the package git'
    return gitFailure('git-unreachable', { name, reason })
  }
  const known = meanings.find(({ pattern }) => pattern.test(result.stderr))
  if (known?.code === 'git-limit') {
    return gitFailure('git-limit', { name, reason: `the server sends more than maxBytes, ${maxBytes} bytes` })
  }
  return gitFailure(known?.code ?? 'git-unreachable', { name, reason: known?.reason ?? lastWords(result.stderr) })
}

/** What git, ssh and the other side say on standard error; the first that fits counts. */
const meanings: readonly { readonly pattern: RegExp; readonly code: HostErrorCode; readonly reason?: string }[] = [
  { pattern: /File too large/, code: 'git-limit' },
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION/,
    code: 'git-unreachable',
    reason: 'its host key is not the one in knownHostsFile',
  },
  {
    pattern: /Permission denied \(/,
    code: 'git-unauthorized',
    reason: 'the server accepts none of our keys: check sshKeyFile',
  },
  {
    pattern: /couldn't find remote ref/,
    code: 'git-not-found',
    reason: 'the branch is gone',
  },
  {
    pattern: /does not appear to be a git repository|[Rr]epository .*not (found|exist)|No such file or directory/,
    code: 'git-not-found',
    reason: 'there is no repository',
  },
  {
    pattern: /No space left on device|Read-only file system|unable to create temporary file/,
    code: 'state-unwritable',
  },
  {
    pattern: /inflate|corrupt|bad (pack|object|line|tree)|invalid index-pack|did not send all necessary/,
    code: 'git-corrupt',
  },
]

/** git's own first complaint says more than the advice below it. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const line = lines.find((text) => /^(ssh|fatal|error|ERROR|remote):/.test(text)) ?? lines[0] ?? 'git says nothing'
  return `git says ${JSON.stringify(printForeign(line))}`
}
