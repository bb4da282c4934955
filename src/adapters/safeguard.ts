/**
 * The dead man's handle of a change: files in the state folder, and a script that watches them (systemd/rampart-revert.sh).
 *
 *   inverse.nft    an unconfirmed change: leads back. Removed: confirmed. Renamed to
 *   claimed.nft    somebody takes the change back. Renamed by the script to
 *   reverted.nft   the kernel holds the table of before again
 *   next-good.nft  the table that the change brings: the last good one, once it is confirmed
 *   deadline       when the script takes the change back
 *   pending.json   what waits, for people and for the next agent; and the hold that begins with it
 *   watching       the script's word that it has seen this inverse.nft
 *
 * Each step is on the disk before the next one begins:
 *
 *            inverse.nft            load, then next-good.nft         remove inverse.nft          save last-good.nft, remove next-good.nft
 *   nothing -------------> loading -------------------------> waiting ---------------------> good ----------------------> nothing
 *                             |                                  |       the agent, a person
 *                             +----------------------------------+ rename inverse.nft
 *                                                                v the agent, the script
 *                                     goes back -- load the table of before, remove next-good.nft, then the others --> nothing
 *
 * So next-good.nft alone, without one of the three above it, says that the change was confirmed: it is written while inverse.nft
 * stands, nobody confirms before it is there, and it goes before whatever was renamed. An agent that starts takes it for the last good
 * one, also where git is out of reach.
 *
 * Before the load nothing is printed that is as large as the table: inverse.nft is a link to last-good.nft, where that says the same.
 *
 * There is a deadline before there is inverse.nft: at first so late that the kernel has time to load the change. Once it has, the
 * deadline moves to when the change must be confirmed, which is sooner; an agent that dies before that leaves the late one.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { HostError } from '../reconcile/host-error.ts'
import type { PendingChange, Safeguard } from '../reconcile/ports.ts'
import { type ChangeFiles, changeFilesIn, moveDeadline, removeChangeFiles, writeDeadline } from './change-files.ts'
import { fileExists, readOptionalTextFile, removeFile, renameIfThere, writeFileAtomically } from './files.ts'
import { type OnDamaged, readLeftChange } from './left-change.ts'
import { RevertScript } from './revert-script.ts'
import { keepTable, placeTable } from './table-file.ts'

export interface SafeguardOptions {
  /** The state folder; must exist. */
  readonly folder: string
  /** `unit`: rampart-revert.path starts the script; `ourselves`: we do, as we do when the unit keeps us waiting. */
  readonly starter: 'unit' | 'ourselves'
  /** The unit did not start the script. */
  readonly onUnitMissing: () => void
  readonly onDamaged?: OnDamaged
  /** How long the script's word is waited for, when the unit starts it and when we do; 5 s and 30 s where absent. */
  readonly limits?: { readonly unitMs: number; readonly scriptMs: number }
}

/** A unit that is there starts at once; a script of ours is waited for as long as a host may need that has too much to do. */
const usualLimits = { unitMs: 5_000, scriptMs: 30_000 }
const watchingPauseMs = 1

export function openSafeguard(options: SafeguardOptions): Safeguard {
  const files = changeFilesIn(options.folder)
  const script = new RevertScript(options.folder)
  const watch = (id: string) => startWatching(options, { files, script, id })
  return {
    leftover: () => readLeftChange(files, options.onDamaged ?? (() => {})),
    async prepare(signal) {
      if (options.starter === 'ourselves') script.prepare(signal)
    },
    arm: (change, onPlaced) =>
      arm(files, change, (id) => {
        const watching = watch(id)
        onPlaced?.()
        return watching
      }),
    keepNext: ({ revision, script }) => keepTable(files.next, { revision, script, file: undefined }),
    startTimeout: (timeoutMs) => moveDeadline(files, timeoutMs),
    async standing() {
      // in the order in which a file is renamed, so that it is not missed on its way
      if (await fileExists(files.inverse)) return 'waiting'
      return (await fileExists(files.claimed)) || (await fileExists(files.reverted)) ? 'claimed' : 'confirmed'
    },
    // until it is there, a confirmation would be lost with whoever gave it
    confirm: async () => (await fileExists(files.next)) && (await removeFile(files.inverse)),
    claim: () => renameIfThere(files.inverse, files.claimed),
    clear: () => removeChangeFiles(files),
  }
}

/** @param watch gives undefined when somebody watches; else why not */
async function arm(
  files: ChangeFiles,
  change: PendingChange,
  watch: (id: string) => Promise<string | undefined>,
): Promise<void> {
  const { revision, previous, loadMs, timeoutMs, waitsFor, concerns, hold } = change
  const id = randomUUID()
  const pending = { version: 1, revision, waitsFor, concerns, hold }
  // side by side, since each waits for the disk; both before whoever looks for them can see the change
  await Promise.all([
    writeFileAtomically(files.pending, `${JSON.stringify(pending, null, 2)}\n`),
    writeDeadline(files, { id, inMs: loadMs + timeoutMs }),
  ])
  const { synced } = await placeTable(files.inverse, previous)
  const [fault] = await Promise.all([watch(id), synced])
  if (fault === undefined) return
  await removeChangeFiles(files)
  throw new HostError('revert-unarmed', `nobody would take the change back if it went wrong: ${fault}`)
}

async function startWatching(
  options: SafeguardOptions,
  { files, script, id }: { readonly files: ChangeFiles; readonly script: RevertScript; readonly id: string },
): Promise<string | undefined> {
  const { unitMs, scriptMs } = options.limits ?? usualLimits
  if (options.starter === 'unit') {
    const sign = await awaitSign(files, { id, limitMs: unitMs })
    if (sign !== 'none') return faultOf(sign)
    options.onUnitMissing()
  }
  const fault = await script.start()
  if (fault !== undefined) return fault
  const sign = await awaitSign(files, { id, limitMs: scriptMs })
  return sign === 'none' ? `the script gave no sign for ${scriptMs / 1000} s` : faultOf(sign)
}

/** Before there was a file for it, the script looked for the deadline in inverse.nft, and takes one without for one that is over. */
function faultOf(sign: 'watches' | 'took'): string | undefined {
  return sign === 'watches' ? undefined : 'rampart-revert.sh did so at once: is it of an older version?'
}

async function awaitSign(
  { watching, inverse }: ChangeFiles,
  { id, limitMs }: { readonly id: string; readonly limitMs: number },
): Promise<'watches' | 'took' | 'none'> {
  for (const endAt = performance.now() + limitMs; performance.now() < endAt; ) {
    // one that another user's script wrote cannot be read, and ours replaces it
    const text = await readOptionalTextFile(watching).catch(() => undefined)
    if (text?.trim() === id) return 'watches'
    if (!(await fileExists(inverse))) return 'took'
    await delay(watchingPauseMs)
  }
  return 'none'
}
