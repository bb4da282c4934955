/** Other programs' base chains on the hooks that our packets pass, from what nft lists: which there are, and whether they may drop. */

import type { ForeignChain, Reading } from '../host/host-readings.ts'
import { HostError } from '../reconcile/host-error.ts'
import { tableName } from '../ruleset/ruleset.ts'
import { runCommand } from './command.ts'
import { readOptionalTextFile } from './files.ts'

const timeoutMs = 30_000

/** Reads only; set elements are left out of the listing, so that it stays small. */
export async function listForeignChains(signal: AbortSignal): Promise<Reading<readonly ForeignChain[]>> {
  const listed = await runCommand({ program: 'nft', args: ['-t', '-n', 'list', 'ruleset'], timeoutMs, signal })
  if (listed.exitCode === 0) return { type: 'read', value: readForeignChains(listed.stdout) }
  return { type: 'unread', reason: `nft cannot list the ruleset: ${listed.stderr.trim().split('\n', 1)[0]}` }
}

/** The tables of iptables-legacy. Its files exist only where its modules are loaded, and only root reads them. */
export async function listLegacyTables(proc = '/proc'): Promise<Reading<readonly string[]>> {
  const tables: string[] = []
  try {
    for (const [file, family] of legacyFiles) {
      const text = (await readOptionalTextFile(`${proc}/net/${file}`)) ?? ''
      tables.push(...text.split('\n').flatMap((name) => (name === '' ? [] : [`${name} (${family})`])))
    }
    return { type: 'read', value: tables }
  } catch (error) {
    if (error instanceof HostError) return { type: 'unread', reason: error.message }
    throw error
  }
}

const legacyFiles = [
  ['ip_tables_names', 'IPv4'],
  ['ip6_tables_names', 'IPv6'],
] as const

interface Chain {
  readonly name: string
  readonly base: Pick<ForeignChain, 'hook' | 'priority' | 'policy'> | undefined
  readonly rules: readonly string[]
}

/**
 * Reads `nft -t -n list ruleset`. Tables of other families than ip, ip6, inet and netdev are left out, our own too. Whether a chain may
 * drop is told by the words of its rules: what a verdict map holds is not listed, so it may.
 */
export function readForeignChains(text: string): readonly ForeignChain[] {
  return text.split(/^(?=table )/m).flatMap((block) => {
    const table = /^table (\S+ \S+) \{/.exec(block)?.[1]
    if (table === undefined || table === tableName || !/^(ip|ip6|inet|netdev) /.test(table)) return []
    const chains = readChains(block)
    return [...chains.values()].flatMap(({ name, base }) => {
      if (base === undefined) return []
      const mayDrop = base.policy === 'drop' || reaches(chains, name)
      return [{ table, chain: name, ...base, mayDrop, tableChains: [...chains.keys()] }]
    })
  })
}

function readChains(block: string): ReadonlyMap<string, Chain> {
  const found = [...block.matchAll(/^\tchain (\S+) \{\n((?:\t\t.*\n)*)\t\}/gm)]
  return new Map(found.map(([, name = '', body = '']) => [name, readChain(name, body)]))
}

function readChain(name: string, body: string): Chain {
  const lines = body.split('\n').map((line) => line.trim().replace(/"[^"]*"/g, '""'))
  const base = /^type \S+ hook (\S+) (?:devices? .*? )?priority (-?\d+); policy (accept|drop);/.exec(
    lines.find((line) => line.startsWith('type ')) ?? '',
  )
  return {
    name,
    base:
      base === null
        ? undefined
        : { hook: base[1] ?? '', priority: Number(base[2]), policy: base[3] === 'drop' ? 'drop' : 'accept' },
    rules: lines.filter((line) => !line.startsWith('type ')),
  }
}

const dropping = /\b(?:drop|reject|queue)\b|vmap @|\bxt target (?:REJECT|NFQUEUE|TARPIT|DELUDE|STEAL)\b/

/** Whether a rule of the chain, or of one that it leads to, may drop. */
function reaches(chains: ReadonlyMap<string, Chain>, start: string): boolean {
  const seen = new Set([start])
  for (const name of seen) {
    const rules = chains.get(name)?.rules ?? []
    if (rules.some((rule) => dropping.test(rule))) return true
    for (const rule of rules)
      for (const [, target = ''] of rule.matchAll(/\b(?:jump|goto) ([^\s,}]+)/g)) seen.add(target)
  }
  return false
}
