/** Files of any firewall that is known -> a policy repository, and what could not be carried over. */

import type { Source } from '../diagnostic/source.ts'
import { printYaml } from '../document/print-yaml.ts'
import type { Family } from '../net/family.ts'
import { adviceFor, detectType, type FileType } from './detect.ts'
import type { Filter, FilterSet, Loss } from './filter.ts'
import type { Json } from './nft-json.ts'
import { type Check, readCalico } from './read-calico.ts'
import { readFirewalld } from './read-firewalld.ts'
import { readIpset } from './read-ipset.ts'
import { readIptables } from './read-iptables.ts'
import { readNft } from './read-nft.ts'
import { printReport } from './report.ts'
import { type Imported, type Surroundings, translateFilters } from './translate-filters.ts'

export interface ImportInput extends Surroundings {
  readonly sources: readonly Source[]
  /** Of all of them; undefined: what each looks like. */
  readonly type: FileType | undefined
  readonly check: Check
}

export interface ImportedRepository {
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly losses: readonly Loss[]
  /** Markdown: the losses, and what is built in. */
  readonly report: string
}

/** A text says why the files cannot be read: `file: why`. */
export function importFiles(input: ImportInput): ImportedRepository | string {
  const types = input.sources.map((source) => ({ source, type: input.type ?? detectType(source) }))
  const strange = types.find(({ type }) => type === undefined)
  if (strange !== undefined) return `${strange.source.path}: this is no firewall's export: ${adviceFor(strange.source)}`
  const of = (...wanted: readonly FileType[]): readonly Source[] =>
    types.flatMap(({ source, type }) => (type !== undefined && wanted.includes(type) ? [source] : []))
  const kinds = [of('iptables', 'ip6tables', 'ipset'), of('nft'), of('firewalld'), of('calico')].filter(
    (some) => some.length > 0,
  )
  const [first, second] = kinds
  if (second !== undefined)
    return `${second[0]?.path}: it is of another firewall than ${first?.[0]?.path}: import one at a time`
  const imported = of('calico').length > 0 ? readCalico(of('calico'), input.check) : importFilters(input, of)
  if (typeof imported === 'string') return imported
  const names = input.sources.map(({ path }) => path)
  return {
    files: imported.files.map(({ path, documents }) => ({ path, text: printYaml(documents) })),
    losses: imported.losses,
    report: printReport(names, imported.losses),
  }
}

type Sorted = (...wanted: readonly FileType[]) => readonly Source[]

function importFilters(input: ImportInput, of: Sorted): Imported | string {
  const filters =
    of('nft').length > 0
      ? nftFilters(of('nft'))
      : of('firewalld').length > 0
        ? firewalldFilters(of('firewalld'))
        : iptablesFilters(of)
  if (typeof filters === 'string') return filters
  if (filters.every(({ bases }) => bases.length === 0))
    return `${input.sources[0]?.path}: there is no chain in it that filters packets: give the whole ruleset of a host that has one`
  return translateFilters(filters, input)
}

function nftFilters([source, another]: readonly Source[]): readonly Filter[] | string {
  if (source === undefined) return []
  if (another !== undefined) return `${another.path}: one listing holds the whole ruleset of a host`
  const listing = parseJson(source)
  return 'wrong' in listing ? listing.wrong : [readNft(source, listing.value)]
}

function parseJson({ path, text }: Source): { readonly value: Json } | { readonly wrong: string } {
  try {
    return { value: JSON.parse(text) as Json }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { wrong: `${path}: not JSON: ${why}: give all that nft -j list ruleset prints` }
  }
}

function firewalldFilters(sources: readonly Source[]): readonly Filter[] | string {
  const filter = readFirewalld(sources)
  return typeof filter === 'string' ? filter : [filter]
}

function iptablesFilters(of: Sorted): readonly Filter[] | string {
  const ipset = of('ipset').map(readIpset)
  const sets = new Map<string, FilterSet>(ipset.flatMap((one) => one.sets).map((set) => [set.name, set]))
  const losses = ipset.flatMap((one) => one.losses)
  const families: readonly (readonly [FileType, Family])[] = [
    ['iptables', 4],
    ['ip6tables', 6],
  ]
  for (const [type] of families) {
    const [, another] = of(type)
    if (another !== undefined)
      return `${another.path}: there is another file of ${type}-save: import one host at a time`
  }
  const cut = of('iptables', 'ip6tables').find(({ text }) => !endsWithCommit(text))
  if (cut !== undefined)
    return `${cut.path}: it breaks off before the COMMIT of its last table: give all that iptables-save prints`
  const filters = families.flatMap(([type, family]) => of(type).map((source) => readIptables({ source, family, sets })))
  const [first, ...rest] = filters
  if (first === undefined) return `${of('ipset')[0]?.path}: these are sets alone: give iptables-save, too`
  return [{ ...first, losses: [...losses, ...first.losses] }, ...rest]
}

function endsWithCommit(text: string): boolean {
  return (
    text
      .trimEnd()
      .split('\n')
      .findLast((line) => !line.startsWith('#'))
      ?.trim() === 'COMMIT'
  )
}
