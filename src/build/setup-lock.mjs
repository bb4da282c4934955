/** One set-up at a time in a checkout: a folder that only one process can make. */

import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kill, pid } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

const folder = '.setup-lock'
const owner = join(folder, 'owner')
const waitMs = 10 * 60_000
const pollMs = 200

/**
 * Runs the work while no other process does, and waits at most ten minutes for its turn. A holder that died is succeeded.
 *
 * @throws Error when the turn does not come
 */
export async function withSetupLock(work) {
  await acquire()
  try {
    return await work()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function acquire() {
  const deadline = Date.now() + waitMs
  while (!take() && !succeedTheDead()) {
    if (Date.now() > deadline)
      throw new Error(`another set-up holds ${folder}: wait for it, or remove the folder if there is none`)
    await delay(pollMs)
  }
}

function take() {
  if (!makeFolder(folder)) return false
  writeFileSync(owner, String(pid))
  return true
}

/** Whoever makes the folder named after the dead owner inherits the lock; the others see it and go on waiting. */
function succeedTheDead() {
  const dead = deadOwner()
  if (dead === undefined) return false
  const claim = join(folder, `after-${dead}`)
  if (!existsSync(folder) || !makeFolder(claim)) return false
  if (deadOwner() !== dead) {
    // The lock was passed on and taken anew between our two looks
    rmdirSync(claim)
    return false
  }
  writeFileSync(owner, String(pid))
  return true
}

/** Absent while the owner lives, or has not said who it is yet. */
function deadOwner() {
  let text = ''
  try {
    text = readFileSync(owner, 'utf8')
  } catch {
    return undefined
  }
  return text === '' || isAlive(Number(text)) ? undefined : text
}

function isAlive(process) {
  try {
    kill(process, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function makeFolder(path) {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false
    throw error
  }
}
