/** The programs of the system that rampart, its demo and its tests call: which are missing, and how they come. */

import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { env, getuid } from 'node:process'

/** Program -> the Debian package that has it. */
const packages = {
  nft: 'nftables',
  ip: 'iproute2',
  conntrack: 'conntrack',
  git: 'git',
  'iptables-nft-restore': 'iptables',
  ssh: 'openssh-client',
  gpgv: 'gpgv',
  openssl: 'openssl',
  ping: 'iputils-ping',
}

const aptTimeoutMs = 5 * 60_000

/** @param wanted as `packages` */
export function missingPrograms(wanted = packages) {
  return Object.keys(wanted).filter((program) => !isInstalled(program))
}

/**
 * Installs what is missing, where that is possible: as root, with apt-get. Gives one line for every thing done and for every program
 * that is still missing. Never fails: what needs a missing program says so itself.
 */
export function installMissingPrograms(wanted = packages) {
  const missing = missingPrograms(wanted)
  if (missing.length === 0) return []
  const problem = whyNoInstall() ?? install(missing.map((program) => wanted[program]))
  const still = missingPrograms(wanted)
  const installed = missing.filter((program) => !still.includes(program))
  return [
    ...installed.map((program) => `installed ${program} (package ${wanted[program]})`),
    ...still.map(
      (program) => `${program} is missing, and what needs it cannot run: ${remedy(wanted[program], problem)}`,
    ),
  ]
}

function whyNoInstall() {
  if (!isInstalled('apt-get')) return 'no apt-get'
  return getuid() === 0 ? undefined : 'not root'
}

function remedy(name, problem) {
  if (problem === 'no apt-get') return `install the package that has it (in Debian: ${name})`
  if (problem === 'not root') return `sudo apt-get install ${name}`
  return `apt-get install ${name} failed${problem === undefined ? '' : ` (${problem})`}`
}

/** Gives the last thing apt-get complained about, when it did. */
function install(names) {
  return apt(['update']) ?? apt(['install', '--yes', '--no-install-recommends', ...names])
}

function apt(args) {
  const { status, stderr, error } = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    encoding: 'utf8',
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: aptTimeoutMs,
  })
  if (status === 0) return undefined
  return error?.message ?? (stderr.trim().split('\n').at(-1) || `exit code ${status}`)
}

/** An ordinary user of Debian has no sbin in PATH, and the programs are there all the same. */
function isInstalled(program) {
  const folders = [...(env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.filter(Boolean).some((folder) => isExecutable(join(folder, program)))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
