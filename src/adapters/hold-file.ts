/** `hold.json`: that what is enforced is to stay, why, and until when. */

import type { Hold } from '../reconcile/ports.ts'
import { readOptionalTextFile, removeFile, writeFileAtomically } from './files.ts'
import type { Journal } from './journal.ts'

export interface HoldFile {
  /** What is damaged or cannot be read counts as a hold without an end, and is written anew as one. */
  load(): Promise<Hold | undefined>
  /** @throws HostError state-unwritable */
  save(hold: Hold | undefined): Promise<void>
}

export function openHoldFile(path: string, journal: Pick<Journal, 'warn'>): HoldFile {
  const file: HoldFile = {
    async load() {
      const text = await readOptionalTextFile(path).catch(() => '')
      if (text === undefined) return undefined
      const hold = readHold(text)
      if (hold !== undefined) return hold
      journal.warn('state-damaged', { file: path, consequence: 'what is enforced is held until "rampart resume"' })
      const unknown = { reason: 'not known any more: hold.json was damaged', at: new Date(), until: undefined }
      // where even that fails it is told again
      await file.save(unknown).catch(() => undefined)
      return unknown
    },
    async save(hold) {
      if (hold === undefined) await removeFile(path)
      else await writeFileAtomically(path, `${JSON.stringify(hold, null, 2)}\n`)
    },
  }
  return file
}

/** For whoever only looks: undefined also when it cannot be read. */
export async function peekHold(path: string): Promise<Hold | undefined> {
  const text = await readOptionalTextFile(path).catch(() => undefined)
  return text === undefined ? undefined : readHold(text)
}

/** As JSON.stringify() writes it; undefined for anything else. */
export function readHold(text: string): Hold | undefined {
  try {
    const { reason, at, until } = JSON.parse(text) as { readonly [Key in keyof Hold]: unknown }
    const since = readMoment(at)
    const end = readMoment(until)
    if (typeof reason !== 'string' || since === undefined) return undefined
    return until !== undefined && end === undefined ? undefined : { reason, at: since, until: end }
  } catch {
    return undefined
  }
}

/** As JSON.stringify() writes one; undefined for anything else. */
export function readMoment(value: unknown): Date | undefined {
  const moment = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
