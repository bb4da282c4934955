/** What the state folder remembers of policies: the good rulesets, whether the last is held, the revision that is not taken again by itself. */

import { join } from 'node:path'
import type { SetAside, StateStore } from '../reconcile/ports.ts'
import { readOptionalTextFile, removeFile, writeFileAtomically } from './files.ts'
import { openHoldFile, readMoment } from './hold-file.ts'
import type { Journal } from './journal.ts'
import { readRulesetFile } from './ruleset-file.ts'
import { openRulesetHistory } from './ruleset-history.ts'
import { keepTable, lookAtTable } from './table-file.ts'

/** @param folder must exist; the files are `last-good.nft`, `set-aside.json`, `hold.json` and those of `history/` in it */
export function createStateStore(folder: string, journal: Pick<Journal, 'warn'>): StateStore {
  const lastGoodPath = join(folder, 'last-good.nft')
  const setAsidePath = join(folder, 'set-aside.json')
  const history = openRulesetHistory(join(folder, 'history'), journal)
  const hold = openHoldFile(join(folder, 'hold.json'), journal)
  return {
    async loadLastGood() {
      const text = await readOptionalTextFile(lastGoodPath)
      if (text === undefined) return undefined
      const read = readRulesetFile(text)
      if (read?.revision !== undefined)
        return { revision: read.revision, script: read.script, file: await lookAtTable(lastGoodPath) }
      journal.warn('state-damaged', { file: lastGoodPath, consequence: 'the policy is read anew' })
      return undefined
    },
    async saveLastGood(table) {
      const file = await keepTable(lastGoodPath, table)
      // a file of its own: what befalls the one must not befall the other
      await history.add({ ...table, file })
      return file
    },
    loadHistory: history.load,
    loadHold: hold.load,
    saveHold: hold.save,
    async loadSetAside() {
      const text = await readOptionalTextFile(setAsidePath)
      const setAside = text === undefined ? undefined : readSetAside(text)
      if (text !== undefined && setAside === undefined) {
        journal.warn('state-damaged', {
          file: setAsidePath,
          consequence: 'a revision that was set aside is tried again',
        })
      }
      return setAside
    },
    async saveSetAside(setAside) {
      if (setAside === undefined) await removeFile(setAsidePath)
      else await writeFileAtomically(setAsidePath, `${JSON.stringify(setAside, null, 2)}\n`)
    },
  }
}

/** As saveSetAside() writes it. */
function readSetAside(text: string): SetAside | undefined {
  try {
    const { commit, at, cause, message, retryAt, retries } = JSON.parse(text) as {
      readonly [Key in keyof SetAside]: unknown
    }
    const since = readMoment(at)
    const retry = readMoment(retryAt)
    if (typeof commit !== 'string' || since === undefined || typeof message !== 'string') return undefined
    if (retryAt !== undefined && retry === undefined) return undefined
    return {
      commit,
      at: since,
      // our own file: another word is of another version, and only shown
      cause: String(cause) as SetAside['cause'],
      message,
      retryAt: retry,
      retries: typeof retries === 'number' ? retries : 0,
    }
  } catch {
    return undefined
  }
}
