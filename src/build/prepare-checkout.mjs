/** Packages, system programs, bundle: does of them what is not done yet, with Node and npm alone. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { chdir, env, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { bundleSources, contentHash } from './content-hash.mjs'
import { withSetupLock } from './setup-lock.mjs'
import { installMissingPrograms, missingPrograms } from './system-programs.mjs'

const installed = 'node_modules/.rampart-setup'
const built = 'dist/.source-hash'
const timeoutMs = 8 * 60_000

const say = (line) => console.log(`setup: ${line}`)

/**
 * Prints one line for each thing that was not ready, and with `quiet` nothing else.
 *
 * @throws Error with the whole reason when a step fails
 */
export async function prepareCheckout({ quiet }) {
  chdir(fileURLToPath(new URL('../..', import.meta.url)))
  if (isReady()) {
    if (!quiet) say('everything is ready')
    return
  }
  await withSetupLock(() => {
    // Each step looks again: whoever held the lock before may have done it
    if (!hasPackages()) installPackages()
    for (const line of installMissingPrograms()) say(line)
    if (!hasBundle()) buildBundle()
  })
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
