/** `history/`: the last good rulesets, one a file that loads with plain `nft -f`: `00000042-<commit>.nft`, the highest number newest. */

import { join } from 'node:path'
import { type LastGood, mostHistory, type PrintableTable } from '../reconcile/ports.ts'
import type { Revision } from '../repository/revision.ts'
import { readTable } from '../ruleset/read-table.ts'
import { ensureFolder, listFolder, readOptionalTextFile, removeFile } from './files.ts'
import type { Journal } from './journal.ts'
import { readRulesetFile } from './ruleset-file.ts'
import { copyTable } from './table-file.ts'

export interface RulesetHistory {
  /** As the newest; the commit's earlier one goes, and what is older than the newest 20. @throws HostError state-unwritable, file-unreadable */
  add(table: PrintableTable & { readonly revision: Revision }): Promise<void>
  /** Newest first; damaged files are told of and left out. @throws HostError file-unreadable */
  load(): Promise<readonly LastGood[]>
}

export function openRulesetHistory(folder: string, journal: Pick<Journal, 'warn'>): RulesetHistory {
  return {
    async add(table) {
      const { revision } = table
      await ensureFolder(folder)
      const before = await listEntries(folder)
      const number = (before[0]?.number ?? 0) + 1
      const name = `${String(number).padStart(8, '0')}-${revision.commit}.nft`
      await copyTable(join(folder, name), table)
      const kept = before.filter(({ commit }) => commit !== revision.commit).slice(0, mostHistory - 1)
      for (const entry of before) if (!kept.includes(entry)) await removeFile(join(folder, entry.name))
    },
    async load() {
      const rulesets: LastGood[] = []
      for (const { name } of await listEntries(folder)) {
        const path = join(folder, name)
        const file = readRulesetFile((await readOptionalTextFile(path)) ?? '')
        if (file?.revision !== undefined && readTable(file.script) !== undefined)
          rulesets.push({ revision: file.revision, script: file.script })
        else journal.warn('state-damaged', { file: path, consequence: 'no rollback leads there' })
      }
      return rulesets
    },
  }
}

interface Entry {
  readonly name: string
  readonly number: number
  readonly commit: string
}

/** Newest first. */
async function listEntries(folder: string): Promise<readonly Entry[]> {
  const entries = (await listFolder(folder)).flatMap((name): Entry[] => {
    const [, number, commit] = /^(\d{8,15})-([0-9a-z]+)\.nft$/.exec(name) ?? []
    return number === undefined || commit === undefined ? [] : [{ name, number: Number(number), commit }]
  })
  return entries.sort((a, b) => b.number - a.number)
}
