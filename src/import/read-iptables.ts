/** iptables-save or ip6tables-save -> a filter of one family. */

import type { Source, Span } from '../diagnostic/source.ts'
import type { Family } from '../net/family.ts'
import { choose } from './choice.ts'
import type { BaseChain, Filter, FilterRule, FilterSet, FilterVerdict, Loss } from './filter.ts'
import { iptablesMatches } from './iptables-match.ts'
import { type IptablesOption, iptablesOptions, iptablesWords } from './iptables-words.ts'
import { eachLine } from './lines.ts'
import { listOf, type Match } from './match.ts'
import { readAddressList, readPortList } from './read-values.ts'

export interface IptablesInput {
  readonly source: Source
  readonly family: Family
  /** By name, of `ipset save`. */
  readonly sets: ReadonlyMap<string, FilterSet>
}

export function readIptables({ source, family, sets }: IptablesInput): Filter {
  const read = new IptablesReader(family, sets)
  for (const { line, span } of eachLine(source)) read.line(line.trim(), span)
  const { bases, chains, losses, rewritten } = read
  return {
    families: [family],
    bases,
    chains,
    sets: [...sets.values()],
    rewritten,
    losses: [...losses, ...read.tables()],
  }
}

const baseChains = { INPUT: 'input', FORWARD: 'forward', OUTPUT: 'output' } as const

class IptablesReader {
  readonly bases: BaseChain[] = []
  readonly chains = new Map<string, FilterRule[]>()
  readonly losses: Loss[] = []
  readonly rewritten: Match[] = []
  private readonly others = new Map<string, { count: number; span: Span }>()
  private readonly family: Family
  private readonly sets: ReadonlyMap<string, FilterSet>
  private table = ''

  constructor(family: Family, sets: ReadonlyMap<string, FilterSet>) {
    this.family = family
    this.sets = sets
  }

  line(line: string, span: Span): void {
    if (line.startsWith('*')) this.table = line.slice(1)
    else if (line.startsWith(':')) this.declare(line)
    else if (/^(\[\d+:\d+\] )?-A /.test(line)) this.append(line.replace(/^\[\d+:\d+\] /, ''), span)
    else if (line !== '' && line !== 'COMMIT' && !line.startsWith('#'))
      this.losses.push({ effect: 'may differ', reason: `"${line}" is not a line of iptables-save`, span })
  }

  /** One line each of the tables that are left to the tool they come from. */
  tables(): readonly Loss[] {
    return [...this.others].map(([table, { count, span }]) => ({
      effect: 'no packet',
      reason: `table ${table} (${count} rule${count === 1 ? '' : 's'}) is not policy and stays where it is: keep loading it`,
      span,
    }))
  }

  private declare(line: string): void {
    const [name = '', policy] = line.slice(1).split(' ')
    if (this.table !== 'filter') return
    this.chains.set(name, [])
    const hook = Object.entries(baseChains).find(([chain]) => chain === name)?.[1]
    if (hook !== undefined)
      this.bases.push({ hook, chain: name, policy: policy === 'ACCEPT' ? 'accept' : 'drop', family: this.family })
  }

  private append(line: string, span: Span): void {
    const options = iptablesOptions(iptablesWords(line))
    const name = options[0]?.values[0] ?? ''
    const chain = this.chains.get(name)
    if (this.table !== 'filter') this.other(options, span)
    else if (chain !== undefined) chain.push(this.rule(options, span))
    else
      this.losses.push({
        effect: 'may differ',
        reason: `the chain ${name} is not declared before its rules: it should be, as ":${name} - [0:0]"`,
        span,
      })
  }

  private rule(options: readonly IptablesOption[], span: Span): FilterRule {
    const at = options.findIndex((option) => option.name === '-j' || option.name === '-g')
    const target = at === -1 ? undefined : options[at]
    const asked = at === -1 ? options : options.slice(0, at)
    const verdict = this.verdict(target, span)
    const comment = options.find((option) => option.name === '--comment')?.values.join(' ')
    const matches = iptablesMatches(asked, { family: this.family, sets: this.sets })
    const logs = target?.values[0] === 'LOG' || target?.values[0] === 'NFLOG'
    return { matches: matches.map((match) => this.withSyn(match, verdict, span)), verdict, logs, comment, span }
  }

  private verdict(target: IptablesOption | undefined, span: Span): FilterVerdict | undefined {
    const [word] = target?.values ?? []
    if (target === undefined || word === undefined) return undefined
    if (target.name === '-g') return { type: 'goto', chain: word }
    const plain = { ACCEPT: 'accept', DROP: 'drop', REJECT: 'reject', RETURN: 'return' } as const
    const known = Object.entries(plain).find(([name]) => name === word)?.[1]
    if (known !== undefined) return { type: known }
    if (this.chains.has(word)) return { type: 'jump', chain: word }
    if (word !== 'LOG' && word !== 'NFLOG')
      this.losses.push({
        effect: /QUEUE|TARPIT|SYNPROXY/.test(word) ? 'may differ' : 'no packet',
        reason: `policies cannot do ${word}`,
        span,
      })
    return undefined
  }

  /** A new connection begins with a SYN, but for those that conntrack picks up on their way. */
  private withSyn({ beyond = [], ...match }: Match, verdict: FilterVerdict | undefined, span: Span): Match {
    const isMeant = verdict?.type === 'accept' || verdict?.type === 'jump'
    if (!isMeant || !beyond.includes('a TCP SYN')) return beyond.length === 0 ? match : { ...match, beyond }
    const reason = 'the TCP flags are not asked for: a connection that is picked up on its way is taken for a new one'
    this.losses.push({ effect: 'allows more', reason, span })
    const rest = beyond.filter((words) => words !== 'a TCP SYN')
    return rest.length === 0 ? match : { ...match, beyond: rest }
  }

  private other(options: readonly IptablesOption[], span: Span): void {
    const known = this.others.get(this.table)
    if (known === undefined) this.others.set(this.table, { count: 1, span })
    else known.count++
    const target = options.find((option) => option.name === '-j')?.values[0]
    if (target === 'DROP')
      this.losses.push({
        effect: 'allows more',
        reason: `a packet that table ${this.table} drops is dropped only while that table is loaded`,
        span,
      })
    if (this.table === 'nat' && (target === 'DNAT' || target === 'REDIRECT')) this.rewrites(options)
  }

  /** As the packets look when the filter sees them. */
  private rewrites(options: readonly IptablesOption[]): void {
    const optionValue = (name: string): string => options.find((option) => option.name === name)?.values[0] ?? ''
    const [, address = '', port] = /^\[?([^\]]*?)\]?(?::([\d-]+))?$/.exec(optionValue('--to-destination')) ?? []
    const list = readAddressList([address], this.family)
    const ports = readPortList([port ?? (optionValue('--to-ports') || optionValue('--dport'))])
    const [asked = {}] = iptablesMatches(
      options.filter(({ name }) => name === '-p'),
      { family: this.family, sets: this.sets },
    )
    if (list === undefined && ports === undefined) return
    this.rewritten.push({
      family: this.family,
      ...(list === undefined
        ? { destinationType: choose('local' as const) }
        : { destination: { among: listOf(list), not: [] } }),
      ...(asked.protocol === undefined ? {} : { protocol: asked.protocol }),
      ...(ports === undefined || asked.protocol === undefined ? {} : { destinationPorts: ports }),
    })
  }
}
