/** Jumps, returns and gotos of random chains come out as one list that decides the same. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Choice, choose, includes } from '../../src/import/choice.ts'
import type { Filter, FilterRule, FilterVerdict } from '../../src/import/filter.ts'
import { type FlatRule, flatten } from '../../src/import/flatten.ts'
import type { Match } from '../../src/import/match.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'

const test = suite('flatten()')
const source = { path: 'rules', text: '' }
const span = { source, start: 0, end: 0 }
const chainNames = ['one', 'two', 'three', 'four']

/** Only what the random rules ask about. */
interface Probe {
  readonly iif: string
  readonly protocol: number
  readonly port: bigint
}

const probes: readonly Probe[] = ['eth0', 'eth1', 'eth2'].flatMap((iif) =>
  [6, 17, 1].flatMap((protocol) => [1n, 2n, 3n, 4n].map((port) => ({ iif, protocol, port }))),
)

test('flatten() decides about every packet as the chains do', () => {
  let rules = 0
  for (let seed = 0; seed < 400; seed++) {
    const filter = randomFilter(diceOf(`flatten ${seed}`))
    const flat = flatten(filter, 'input').rules
    rules += flat.length
    for (const probe of probes)
      assert.is(first(flat, probe), walk(filter, probe), `seed ${seed} ${JSON.stringify(probe, (_, v) => String(v))}`)
  }
  assert.ok(rules > 400 * 4, `${rules} rules`)
})

test('flatten() keeps apart what returns early, without the rest of the chain', () => {
  const chains = new Map([
    ['base', [rule([{}], { type: 'jump', chain: 'one' }), rule([{ iif: choose('eth0') }], { type: 'accept' })]],
    [
      'one',
      [
        rule([{ protocol: choose(6), destinationPorts: [{ from: 1n, to: 2n }] }], { type: 'return' }),
        rule([{}], { type: 'drop' }),
      ],
    ],
  ])
  const filter = filterOf(chains)
  const tcp = { iif: 'eth0', protocol: 6, port: 1n }
  assert.is(first(flatten(filter, 'input').rules, tcp), 'Allow')
  assert.is(first(flatten(filter, 'input').rules, { ...tcp, iif: 'eth1' }), 'Deny')
  assert.is(first(flatten(filter, 'input').rules, { ...tcp, port: 3n }), 'Deny')
})

test('flatten() gives up, denies and says so, where chains come to too many rules', () => {
  givesUp(doubledChains(16, { type: 'accept' }))
})

test('flatten() gives up where chains lead to one another without an end that decides', () => {
  givesUp(doubledChains(60, { type: 'return' }))
})

test('flatten() gives up where a chain leads back to itself', () => {
  givesUp(new Map([['base', [rule([{}], { type: 'jump', chain: 'base' }), rule([{}], { type: 'accept' })]]]))
})

/** Each leads to the next one twice. */
function doubledChains(count: number, end: FilterVerdict): ReadonlyMap<string, readonly FilterRule[]> {
  const doubled = (to: string): FilterRule[] =>
    [1n, 2n].map((port) =>
      rule([{ protocol: choose(6), destinationPorts: [{ from: port, to: port + 9n }] }], { type: 'jump', chain: to }),
    )
  const chains = Array.from({ length: count }, (_, at): [string, FilterRule[]] => [
    at === 0 ? 'base' : `c${at}`,
    doubled(`c${at + 1}`),
  ])
  return new Map([...chains, [`c${count}`, [rule([{}], end)]]])
}

function givesUp(chains: ReadonlyMap<string, readonly FilterRule[]>): void {
  const { rules, losses } = flatten(filterOf(chains), 'input')
  assert.equal(
    rules.map(({ action }) => action),
    ['Deny'],
  )
  assert.match(losses.map(({ reason }) => reason).join('\n'), /more than 5000 rules/)
}

function rule(matches: readonly Match[], verdict: FilterVerdict): FilterRule {
  return { matches, verdict, logs: false, comment: undefined, span }
}

function filterOf(chains: ReadonlyMap<string, readonly FilterRule[]>): Filter {
  const bases = [{ hook: 'input', chain: 'base', policy: 'drop', family: undefined }] as const
  return { families: [4, 6], bases, chains, sets: [], rewritten: [], losses: [] }
}

/** Chains jump only to later ones, as the kernel wants it. */
function randomFilter(dice: Dice): Filter {
  const names = ['base', ...chainNames]
  const chains = names.map((name, at): [string, readonly FilterRule[]] => {
    const later = names.slice(at + 1)
    return [
      name,
      Array.from({ length: 1 + dice.below(4) }, () => rule(randomMatches(dice), randomVerdict(dice, later))),
    ]
  })
  const filter = filterOf(new Map(chains))
  return dice.chance(0.5)
    ? filter
    : { ...filter, bases: [{ hook: 'input', chain: 'base', policy: 'accept', family: undefined }] }
}

function randomMatches(dice: Dice): readonly Match[] {
  return Array.from({ length: dice.chance(0.2) ? 2 : 1 }, () => ({
    ...(dice.chance(0.4) ? { iif: randomChoice(dice, ['eth0', 'eth1', 'eth2']) } : {}),
    ...(dice.chance(0.4) ? { protocol: randomChoice(dice, [6, 17, 1]) } : {}),
    ...(dice.chance(0.3)
      ? { destinationPorts: [{ from: 1n + BigInt(dice.below(2)), to: 2n + BigInt(dice.below(3)) }] }
      : {}),
  }))
}

function randomChoice<T>(dice: Dice, of: readonly T[]): Choice<T> {
  return { of: dice.some(of, 2), negated: dice.chance(0.3) }
}

function randomVerdict(dice: Dice, later: readonly string[]): FilterVerdict {
  const type = dice.pick(['accept', 'drop', 'return', 'jump', 'goto', 'jump'] as const)
  if (type !== 'jump' && type !== 'goto') return { type }
  return later.length === 0 ? { type: 'accept' } : { type, chain: dice.pick(later) }
}

function holds({ iif, protocol, destinationPorts }: Match, probe: Probe): boolean {
  if (iif !== undefined && !includes(iif, probe.iif)) return false
  if (protocol !== undefined && !includes(protocol, probe.protocol)) return false
  return destinationPorts?.some(({ from, to }) => from <= probe.port && probe.port <= to) ?? true
}

function first(rules: readonly FlatRule[], probe: Probe): string | undefined {
  return rules.find(({ match }) => holds(match, probe))?.action
}

/** As a kernel walks. */
function walk(filter: Filter, probe: Probe): 'Allow' | 'Deny' {
  const chain = (name: string): 'Allow' | 'Deny' | 'left' => {
    for (const { matches, verdict } of filter.chains.get(name) ?? []) {
      if (verdict === undefined || !matches.some((match) => holds(match, probe))) continue
      if (verdict.type === 'accept') return 'Allow'
      if (verdict.type === 'drop' || verdict.type === 'reject') return 'Deny'
      if (verdict.type === 'return') return 'left'
      const inner = 'chain' in verdict ? chain(verdict.chain) : 'left'
      if (inner !== 'left' || verdict.type === 'goto') return inner
    }
    return 'left'
  }
  const end = chain('base')
  return end === 'left' ? (filter.bases[0]?.policy === 'accept' ? 'Allow' : 'Deny') : end
}

test.run()
