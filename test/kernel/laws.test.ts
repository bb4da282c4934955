/** The laws of the data plane in a real kernel: what is listed equals what was compiled, deltas reach their goal, tampering is undone. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applied, invert } from '../../src/diff/apply-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { printReplacement, printScript } from '../../src/diff/print-script.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'
import { kernelAvailable, nftInNamespace } from '../fakes/kernel.ts'
import { seededRandom } from '../fakes/seeded-random.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { compileCase, exampleCases, goldenCases } from '../golden/golden-cases.ts'
import { differingLines, listing } from './listed-table.ts'
import { NftSession } from './nft-session.ts'
import { allow, deny, endpoint, filesOf, labFacts, profile, tcpTo } from './packet-policies.ts'

const cases = [...(await goldenCases()), ...(await exampleCases())].map((golden) => ({
  name: golden.name,
  ruleset: compileCase(golden).ruleset,
}))
const laws = suite('kernel laws')

laws('every golden is listed as it was compiled, and a second plan is empty', async () => {
  const session = new NftSession()
  const steps = cases.map(({ ruleset }) => [session.load(printReplacement(ruleset)), session.list()] as const)
  const printed = await session.run()
  const recognized: Recognized[] = []
  for (const [at, { name, ruleset }] of cases.entries()) {
    const [load, list] = steps[at] ?? [0, 0]
    assert.is(printed[load], '', name)
    const live = listing(printed[list])
    assert.equal(differingLines(printTable(live), printTable(ruleset)), [], name)
    assert.equal(diff(ruleset, live).changes, [], name)
    recognized.push(countRecognized(readTable(printed[list] ?? '', ruleset), ruleset))
  }
  const [of, known] = [sum(recognized.map((one) => one.of)), sum(recognized.map((one) => one.known))]
  // nft lists a few words as numbers that we write as names
  assert.ok(known / of > 0.8, `${known} of ${of} parts are recognized by their text`)
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

interface Recognized {
  readonly of: number
  readonly known: number
}

/** Sets, maps and rules of a listing that are the very objects which were expected. */
function countRecognized(live: Ruleset | undefined, { sets, maps, chains }: Ruleset): Recognized {
  const parts = [...sets.values(), ...maps.values()]
  const knownParts = parts.filter((part) => part === live?.sets.get(part.name) || part === live?.maps.get(part.name))
  const rules = [...chains.values()].flatMap((chain) => chain.rules.map((rule, at) => ({ rule, at, name: chain.name })))
  const knownRules = rules.filter(({ rule, at, name }) => live?.chains.get(name)?.rules[at] === rule)
  return { of: parts.length + rules.length, known: knownParts.length + knownRules.length }
}

laws('the first plan, against no table at all, loads too', async () => {
  const session = new NftSession()
  const steps = cases.map(({ ruleset }) => {
    session.shell('nft delete table inet rampart 2>/dev/null')
    return session.load(printScript(diff(ruleset, undefined)))
  })
  const printed = await session.run()
  assert.equal(
    steps.map((step) => printed[step]),
    cases.map(() => ''),
  )
})

const pairs = 100
const pairsPerSession = 25
const random = seededRandom('pairs')
for (let first = 0; first < pairs; first += pairsPerSession) {
  laws(`random pairs from ${first}: one delta leads from one golden to another, its inverse leads back`, async () => {
    const session = new NftSession()
    const checks: { readonly what: string; readonly step: number; readonly expected: string }[] = []
    const expectList = (what: string, ruleset: Ruleset): void => {
      checks.push({ what, step: session.list(), expected: printTable(ruleset) })
    }
    for (let pair = 0; pair < pairsPerSession; pair++) {
      const [from, to] = [pick(), pick()]
      const title = `${from.name} -> ${to.name}`
      const plan = diff(to.ruleset, from.ruleset)
      for (const [what, script] of [
        [`${title}: start`, printReplacement(from.ruleset)],
        [title, printScript(plan)],
      ] as const) {
        checks.push({ what: `${what}: nft complains`, step: session.load(script), expected: '' })
      }
      expectList(title, to.ruleset)
      checks.push({ what: `${title}: and back`, step: session.load(printScript(invert(plan))), expected: '' })
      expectList(`${title}: and back`, from.ruleset)
      assert.is(printTable(applied(from.ruleset, plan) ?? emptyRuleset), printTable(to.ruleset), title)
    }
    const printed = await session.run()
    for (const { what, step, expected } of checks) {
      const actual = printed[step] ?? ''
      assert.equal(differingLines(expected === '' ? actual : printTable(listing(actual)), expected), [], what)
    }
  })
}

laws('names and comments may be as long as policies make them', async () => {
  const long = (letter: string): string => `${letter.repeat(63)}.`.repeat(4).slice(0, 253)
  const ranges = Array.from({ length: 300 }, (_, at) => allow(tcpTo(`${2 * at + 1}:${2 * at + 2}`)))
  const singles = Array.from({ length: 36 }, (_, at) => (at > 11 && at < 24 ? deny : allow)(tcpTo(at + 1)))
  const documents = [
    endpoint(long('e'), { interfaceName: 'eth0', profiles: [long('p')] }),
    profile(long('p'), { ingress: [...ranges, ...singles], egress: singles }),
  ]
  const { ruleset } = compileCase({ facts: labFacts(), files: filesOf({ documents }) })
  const live = listing(await nftInNamespace(printTable(ruleset)))
  assert.equal(differingLines(printTable(live), printTable(ruleset)), [])
})

laws('counter values outlive a delta, and other tables stay as they are', async () => {
  const from = named('policies for gw-1')
  const to = named('peers')
  const both: Ruleset = { ...to, counters: new Set([...to.counters, ...[...from.counters].slice(0, 5)]) }
  const kept = [...from.counters].slice(0, 5)
  const start = printTable(from).replaceAll(/counter (\S+) \{ \}/g, 'counter $1 { packets 7 bytes 700 }')
  const others = `table inet other {
  counter hits { packets 3 bytes 30 }
  set peers4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }
  chain input { type filter hook input priority -5; ip saddr @peers4 counter name "hits" accept; }
}
table ip nat { chain out { type nat hook postrouting priority srcnat; oifname "eth0" masquerade; }
}`
  const session = new NftSession()
  session.load(others)
  session.load(start)
  const before = session.shell('nft list table inet other; nft list table ip nat')
  const delta = session.load(printScript(diff(both, from)))
  const counters = session.shell('nft -t -j list ruleset')
  const after = session.shell('nft list table inet other; nft list table ip nat')
  const printed = await session.run()
  assert.is(printed[delta], '')
  assert.is(printed[after], printed[before])
  assert.ok(printed[before]?.includes('masquerade'), printed[before])
  for (const name of kept) assert.match(printed[counters] ?? '', counterText(name, 7))
  assert.match(printed[counters] ?? '', counterText([...to.counters].find((name) => !from.counters.has(name)) ?? '', 0))
})

const available = kernelAvailable()
if (available.ok) laws.run()
else skipLoudly(available.reason)

function pick(): (typeof cases)[number] {
  const picked = cases[Math.floor(random() * cases.length)]
  if (picked === undefined) throw new Error('there are no goldens')
  return picked
}

function named(name: string): Ruleset {
  const found = cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no golden ${name}`)
  return found.ruleset
}

function counterText(name: string, packets: number): RegExp {
  const escaped = name.replaceAll(/[.]/g, '\\.')
  return new RegExp(`"name": "${escaped}", "table": "rampart", "handle": \\d+, "packets": ${packets},`)
}
