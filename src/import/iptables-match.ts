/** The options of an iptables rule -> what it asks of a packet. */

import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import { type Choice, choose, complement } from './choice.ts'
import type { FilterSet } from './filter.ts'
import type { IptablesOption } from './iptables-words.ts'
import { type DestinationType, type FilterState, listOf, type Match } from './match.ts'
import { readAddressList, readIcmp, readPortList, readProtocolWord, without } from './read-values.ts'

export interface IptablesContext {
  readonly family: Family
  readonly sets: ReadonlyMap<string, FilterSet>
}

/** Several where any of them is enough. An option that cannot be read is asked `beyond`. */
export function iptablesMatches(options: readonly IptablesOption[], context: IptablesContext): readonly Match[] {
  let module = ''
  let matches: readonly Match[] = [{ family: context.family }]
  for (const option of options) {
    if (option.name === '-m') module = option.values[0] ?? ''
    if (['-A', '-j', '-g', '-m', '--comment'].includes(option.name)) continue
    const asked = readOption(option, module, context)
    matches = matches.flatMap((match) => asked.map((one) => merge(match, one)))
  }
  return matches
}

/** A module can be asked twice; the second question is kept beside the first. */
function merge(a: Match, b: Match): Match {
  const clash = Object.keys(b).some((key) => key !== 'beyond' && key !== 'family' && key in a)
  const beyond = [...(a.beyond ?? []), ...(b.beyond ?? []), ...(clash ? ['the same twice'] : [])]
  return { ...a, ...b, ...(beyond.length === 0 ? {} : { beyond: [...new Set(beyond)] }) }
}

function readOption(option: IptablesOption, module: string, context: IptablesContext): readonly Match[] {
  const { name, negated, values } = option
  const [value = ''] = values
  const own = <T>(choice: Choice<T>): Choice<T> => (negated ? complement(choice) : choice)
  switch (name) {
    case '-s':
    case '-d':
    case '--src-range':
    case '--dst-range':
      return address(option, context)
    case '-i':
    case '-o':
      return [{ [name === '-i' ? 'iif' : 'oif']: own(choose(value.replace(/\+$/, '*'))) }]
    case '-p': {
      const protocol = readProtocolWord(value)
      return protocol === undefined
        ? beyond(`protocol ${value}`)
        : protocol === 0
          ? [{}]
          : [{ protocol: own(choose(protocol)) }]
    }
    case '--dport':
    case '--dports':
      return ports('destinationPorts', option)
    case '--sport':
    case '--sports':
      return ports('sourcePorts', option)
    case '--ports':
      return negated ? beyond('neither port') : [...ports('destinationPorts', option), ...ports('sourcePorts', option)]
    case '--icmp-type':
    case '--icmpv6-type':
      return icmp(option, context.family)
    case '--ctstate':
    case '--state':
      return states(option)
    case '--dst-type':
      return destinationType(option)
    case '--match-set':
      return matchSet(option, context)
    case '--tcp-flags':
      return [{ beyond: [values.join(' ') === synOnly && !negated ? 'a TCP SYN' : 'TCP flags'] }]
    case '--limit':
    case '--limit-burst':
      return beyond('a rate limit')
    default:
      return beyond(module === '' ? name : `the ${module} match`)
  }
}

const synOnly = 'FIN,SYN,RST,ACK SYN'

function beyond(words: string): readonly Match[] {
  return [{ beyond: [words] }]
}

function address({ name, negated, values }: IptablesOption, { family }: IptablesContext): readonly Match[] {
  const intervals = readAddressList(values.join(',').split(','), family)
  if (intervals === undefined) return beyond(`the address ${values.join(' ')}`)
  const list = listOf(intervals)
  const side = negated ? { among: undefined, not: [list] } : { among: list, not: [] }
  return [{ family, [name.startsWith('-s') || name.startsWith('--s') ? 'source' : 'destination']: side }]
}

function ports(side: 'sourcePorts' | 'destinationPorts', { negated, values }: IptablesOption): readonly Match[] {
  const list = readPortList((values[0] ?? '').replaceAll(':', '-').split(','))
  if (list === undefined) return beyond(`the ports ${values.join(' ')}`)
  return [{ [side]: negated ? without(list, 65535n) : list }]
}

function icmp({ negated, values }: IptablesOption, family: Family): readonly Match[] {
  if (values[0] === 'any' || values[0] === '255') return [{}]
  const list = readIcmp(values[0] ?? '', family)
  if (list === undefined) return beyond(`ICMP ${values.join(' ')}`)
  return [{ icmp: negated ? without(list, 65535n) : list }]
}

const allStates: readonly FilterState[] = ['new', 'established', 'related', 'invalid', 'untracked']

/** DNAT and SNAT are no states of their own: a packet that was rewritten is also new or established. */
function states({ negated, values }: IptablesOption): readonly Match[] {
  const words = (values[0] ?? '').toLowerCase().split(',')
  if (words.includes('snat') || (negated && words.includes('dnat'))) return beyond('packets that NAT rewrites')
  const named = allStates.filter((state) => words.includes(state) !== negated)
  return [
    ...(named.length === 0 ? [] : [{ states: named }]),
    ...(words.includes('dnat') ? [{ isRewritten: true } as const] : []),
  ]
}

function destinationType({ negated, values }: IptablesOption): readonly Match[] {
  const known: readonly DestinationType[] = ['local', 'broadcast', 'multicast', 'unicast']
  const words = (values[0] ?? '').toLowerCase().split(',')
  const types = known.filter((type) => words.includes(type))
  if (types.length !== words.length) return beyond(`destinations of type ${values[0]}`)
  const choice = choose(...types)
  return [{ destinationType: negated ? complement(choice) : choice }]
}

function matchSet({ negated, values }: IptablesOption, { family, sets }: IptablesContext): readonly Match[] {
  const [name = '', direction] = values
  const set = sets.get(name)
  const intervals: readonly Interval[] | undefined = set && readAddressList(set.nets, family)
  if (set === undefined || intervals === undefined) return beyond(`the set ${name}, which no file here holds`)
  if (direction !== 'src' && direction !== 'dst') return beyond(`${direction} of the set ${name}`)
  const list = { ...listOf(intervals), set: name }
  const side = negated ? { among: undefined, not: [list] } : { among: list, not: [] }
  return [{ family, [direction === 'src' ? 'source' : 'destination']: side }]
}
