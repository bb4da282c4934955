/**
 * The dead man's handle of a change: files in the state folder, and a script that watches them (systemd/rampart-revert.sh).
 *
 *   inverse.nft    an unconfirmed change: leads back. Removed: confirmed. Renamed to
 *   claimed.nft    somebody takes the change back. Renamed by the script to
 *   reverted.nft   the kernel holds the table of before again
 *   next-good.nft  the table that the change brings: the last good one, once it is confirmed
 *   pending.json   what waits, for people and for the next agent; and the hold that begins with it
 *   watching       the script's word that it has seen this inverse.nft
 *
 * Each step is on the disk before the next one begins:
 *
 *            write inverse.nft            remove inverse.nft         save last-good.nft         remove next-good.nft
 *   nothing ------------------> waiting ---------------------> good ---------------------> good ---------------------> nothing
 *            write next-good.nft   |       the agent, a person
 *                                  | rename inverse.nft
 *                                  v the agent, the script
 *                               goes back -- load the table of before, remove next-good.nft, then the others --> nothing
 *
 * So next-good.nft alone, without one of the three above it, says that the change was confirmed: it is written while inverse.nft
 * stands, and goes before whatever was renamed. An agent that starts takes it for the last good one, also where git is out of reach.
 */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { HostError } from '../reconcile/host-error.ts'
import type { LastGood, Leftover, LeftUnconfirmed, PendingChange, Safeguard } from '../reconcile/ports.ts'
import { readBootId, readUptimeSeconds } from './boot-time.ts'
import { fileExists, readOptionalTextFile, removeFile, renameIfThere, writeFileAtomically } from './files.ts'
import { readHold } from './hold-file.ts'
import { startRevertScript } from './revert-script.ts'
import { printRulesetFile, readRevision, readRulesetFile } from './ruleset-file.ts'

export interface SafeguardOptions {
  /** The state folder; must exist. */
  readonly folder: string
  /** `unit`: rampart-revert.path starts the script; `ourselves`: we do, as we do when the unit keeps us waiting. */
  readonly starter: 'unit' | 'ourselves'
  /** The unit did not start the script. */
  readonly onUnitMissing: () => void
  /** A file of a change that was left can not be read for what it is, and what is lost by that. */
  readonly onDamaged?: Damaged
  /** How long the script's word is waited for, when the unit starts it and when we do; 5 s and 30 s where absent. */
  readonly limits?: { readonly unitMs: number; readonly scriptMs: number }
}

type Damaged = (file: string, consequence: string) => void

const title = 'rampart: what an unconfirmed change goes back to; loads with `nft -f` from any state'
const nextTitle = 'rampart: what a change that waits, or has just been confirmed, brings'
/** A live agent acts at the deadline, so the script gives it that much more. */
const scriptGraceSeconds = 2
/** A unit that is there starts at once; a script of ours is waited for as long as a host may need that has too much to do. */
const usualLimits = { unitMs: 5_000, scriptMs: 30_000 }
const watchingPauseMs = 10

export function openSafeguard(options: SafeguardOptions): Safeguard {
  const paths = pathsIn(options.folder)
  return {
    leftover: () => readLeftover(paths, options),
    arm: (change) => arm(options, paths, change),
    async standing() {
      // in the order in which a file is renamed, so that it is not missed on its way
      if (await fileExists(paths.inverse)) return 'waiting'
      return (await fileExists(paths.claimed)) || (await fileExists(paths.reverted)) ? 'claimed' : 'confirmed'
    },
    confirm: () => removeFile(paths.inverse),
    claim: () => renameIfThere(paths.inverse, paths.claimed),
    clear: () => clear(paths),
  }
}

type Paths = Readonly<Record<'inverse' | 'claimed' | 'reverted' | 'next' | 'pending' | 'watching', string>>

function pathsIn(folder: string): Paths {
  return {
    inverse: join(folder, 'inverse.nft'),
    claimed: join(folder, 'claimed.nft'),
    reverted: join(folder, 'reverted.nft'),
    next: join(folder, 'next-good.nft'),
    pending: join(folder, 'pending.json'),
    watching: join(folder, 'watching'),
  }
}

async function arm(options: SafeguardOptions, paths: Paths, change: PendingChange): Promise<void> {
  const { revision, script, previous, timeoutMs, waitsFor, concerns, hold } = change
  const id = randomUUID()
  const bootId = await readBootId()
  const deadlineSeconds = Math.ceil((await readUptimeSeconds()) + timeoutMs / 1000) + scriptGraceSeconds
  const deadline = new Date(Date.now() + timeoutMs).toISOString()
  const pending = { version: 1, revision, deadline, deadlineSeconds, bootId, waitsFor, concerns, hold }
  await writeFileAtomically(paths.pending, `${JSON.stringify(pending, null, 2)}\n`)
  const notes = [`deadline: ${deadlineSeconds} ${bootId} ${id}`]
  await writeFileAtomically(paths.inverse, printRulesetFile({ title, notes, ...previous }))
  await writeFileAtomically(paths.next, printRulesetFile({ title: nextTitle, revision, script }))
  const fault = await startWatching(options, paths, id)
  if (fault === undefined) return
  await clear(paths)
  throw new HostError('revert-unarmed', `nobody would take the change back if it went wrong: ${fault}`)
}

/** Undefined when the script watches; else why not. */
async function startWatching(options: SafeguardOptions, paths: Paths, id: string): Promise<string | undefined> {
  const { unitMs, scriptMs } = options.limits ?? usualLimits
  if (options.starter === 'unit') {
    if (await isWatching(paths, { id, limitMs: unitMs })) return undefined
    options.onUnitMissing()
  }
  const fault = await startRevertScript(options.folder)
  if (fault !== undefined) return fault
  const isOurs = await isWatching(paths, { id, limitMs: scriptMs })
  return isOurs ? undefined : `the script gave no sign for ${scriptMs / 1000} s`
}

async function isWatching(
  { watching }: Paths,
  { id, limitMs }: { readonly id: string; readonly limitMs: number },
): Promise<boolean> {
  for (const endAt = performance.now() + limitMs; performance.now() < endAt; ) {
    // one that another user's script wrote cannot be read, and ours replaces it
    const text = await readOptionalTextFile(watching).catch(() => undefined)
    if (text?.trim() === id) return true
    await delay(watchingPauseMs)
  }
  return false
}

async function readLeftover(
  paths: Paths,
  { onDamaged = () => {} }: Pick<SafeguardOptions, 'onDamaged'>,
): Promise<Leftover | undefined> {
  for (const [state, path] of [
    ['waiting', paths.inverse],
    ['claimed', paths.claimed],
    ['undone', paths.reverted],
  ] as const) {
    const text = await readOptionalTextFile(path)
    if (text === undefined) continue
    const file = readRulesetFile(text)
    if (file === undefined) onDamaged(path, 'what nft does not take of it is replaced by the last good policy')
    const { revision, concerns } = await readPendingChange(paths)
    if (revision === undefined) onDamaged(paths.pending, 'the change that goes back may be tried again')
    return { state, previous: file ?? { revision: undefined, script: text }, revision, concerns }
  }
  const next = await readNext(paths, onDamaged)
  if (next !== undefined) {
    const { revision, hold } = await readPendingChange(paths)
    if (revision === undefined) onDamaged(paths.pending, 'what was confirmed is not held, should it be a rollback')
    return { state: 'confirmed', next, hold }
  }
  // whoever was about to remove it ended before
  await removeFile(paths.pending)
  return undefined
}

/** Only where nothing else is left of the change. */
async function readNext({ next }: Paths, onDamaged: Damaged): Promise<LastGood | undefined> {
  const text = await readOptionalTextFile(next)
  if (text === undefined) return undefined
  const file = readRulesetFile(text)
  if (file?.revision !== undefined) return { revision: file.revision, script: file.script }
  onDamaged(next, 'the good policy of before is enforced until the repository answers')
  await removeFile(next)
  return undefined
}

type ReadChange = Pick<LeftUnconfirmed, 'revision' | 'concerns'> & Pick<PendingChange, 'hold'>

async function readPendingChange({ pending }: Paths): Promise<ReadChange> {
  const text = await readOptionalTextFile(pending)
  try {
    const { revision, concerns, hold } = JSON.parse(text ?? '') as {
      readonly [Key in keyof ReadChange]?: unknown
    }
    return {
      revision: readRevision(JSON.stringify(revision)),
      concerns: concerns === 'other' ? 'other' : 'tip',
      hold: readHold(JSON.stringify(hold)),
    }
  } catch {
    return { revision: undefined, concerns: 'tip', hold: undefined }
  }
}

/** What could be taken for confirmed first; then the handle, without which the script does nothing any more. */
async function clear({ next, inverse, claimed, reverted, pending, watching }: Paths): Promise<void> {
  for (const path of [next, inverse, claimed, reverted, pending, watching]) await removeFile(path)
}
