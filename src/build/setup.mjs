/**
 * `npm run setup`: makes a checkout ready to run, test and demonstrate; does only what is not done yet. Needs nothing but Node and npm.
 * With --quiet it is silent when there is nothing to do.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { argv, chdir, env, execPath, exit, version as nodeVersion } from 'node:process'
import { fileURLToPath } from 'node:url'
import { bundleSources, contentHash } from './content-hash.mjs'
import { withSetupLock } from './setup-lock.mjs'
import { installMissingPrograms, missingPrograms } from './system-programs.mjs'

const minimumNode = [20, 19]
const installed = 'node_modules/.rampart-setup'
const built = 'dist/.source-hash'
const timeoutMs = 8 * 60_000

const say = (line) => console.log(`setup: ${line}`)

async function main(isQuiet) {
  chdir(fileURLToPath(new URL('../..', import.meta.url)))
  if (isNodeTooOld()) throw new Error(`Node ${nodeVersion} is too old: ${minimumNode.join('.')} or later is needed`)
  if (isReady()) {
    if (!isQuiet) say('everything is ready')
    return
  }
  await withSetupLock(() => {
    // Each step looks again: whoever held the lock before may have done it
    if (!hasPackages()) installPackages()
    for (const line of installMissingPrograms()) say(line)
    if (!hasBundle()) buildBundle()
  })
}

function isNodeTooOld() {
  const [major, minor] = nodeVersion.slice(1).split('.').map(Number)
  return major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1])
}

function isReady() {
  return hasPackages() && hasBundle() && missingPrograms().length === 0
}

function hasPackages() {
  return readStamp(installed) === packagesHash()
}

function hasBundle() {
  return readStamp(built) === contentHash(bundleSources)
}

function packagesHash() {
  return contentHash(['package-lock.json'])
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function installPackages() {
  // --include: NODE_ENV=production would leave out the tools
  run('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], 'npm ci failed')
  writeFileSync(installed, packagesHash())
  say('installed the packages of package-lock.json')
}

function buildBundle() {
  run(execPath, ['src/build/bundle.mjs'], 'the bundle cannot be built')
  say('built dist/rampart.js')
}

function run(program, args, failure) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, timeout: timeoutMs })
  if (status === 0) return
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim()
  throw new Error(`${failure}: ${error?.message ?? `exit code ${status}`}${said === '' ? '' : `\n${said}`}`)
}

try {
  await main(argv.includes('--quiet'))
} catch (error) {
  console.error(`setup: ${error.message}`)
  exit(1)
}
