/** What a firewall and the policy imported from it do with the same packets, in the kernel. */

import * as assert from 'uvu/assert'
import { printReplacement } from '../../src/diff/print-script.ts'
import { trace } from '../../src/explain/trace.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { readRoutes } from '../../src/import/read-routes.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import {
  asFile,
  compileForHost,
  type HostCompilation,
  type ImportedRepository,
  importPolicy,
  readPolicy,
} from '../../src/pipeline.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { stockOf } from '../fakes/random-packet.ts'
import { InjectionLab, type LabPlan, type Sightings } from '../kernel/injection-lab.ts'
import { mostPackets, type Sighting } from '../kernel/noting-table.ts'
import { randomFlights } from '../kernel/random-flights.ts'
import { readSource } from './rulesets.ts'

export interface Subject {
  readonly name: string
  /** What is imported. */
  readonly exports: readonly string[]
  readonly facts: string
  /** Whether the import is told them: without, rules between two interfaces are split. */
  readonly knowsFacts: boolean
  readonly plan: LabPlan
  /** sh that loads the firewall, and sh that takes it away again. */
  readonly load: string
  readonly unload: string
  /** sh that loads what stays when the policy takes the firewall's place: address translation. */
  readonly stays: string
  /** The packet as that makes it, for the evaluator. */
  readonly rewritten: (packet: Packet) => Packet
  /** What the listing says is not carried over: packets of it are left out. */
  readonly isListed: (packet: Packet) => boolean
}

export interface Comparison {
  readonly passages: readonly Passage[]
  readonly allowed: number
  /** Packets about which the firewall, the policy and the evaluator are not of one mind. */
  readonly disputes: readonly string[]
}

export function importSubject({ exports, facts, knowsFacts }: Subject): ImportedRepository {
  const source = readSource(facts)
  const known = readHostFacts(source).value
  const routes = readRoutes(source)
  if (known === undefined || typeof routes === 'string') throw new Error(`${facts} cannot be read`)
  const told = knowsFacts ? { facts: known, routes } : { facts: undefined, routes: undefined }
  const imported = importPolicy({ sources: exports.map(readSource), type: undefined, host: known.node, ...told })
  if (typeof imported === 'string') throw new Error(imported)
  return imported
}

export function factsOf({ facts }: Subject): HostFacts {
  const known = readHostFacts(readSource(facts)).value
  if (known === undefined) throw new Error(`${facts} cannot be read`)
  return known
}

/** @throws Error with what is wrong with it */
export function compileImported({ files }: Pick<ImportedRepository, 'files'>, facts: HostFacts): HostCompilation {
  const policy = readPolicy(files.map(asFile))
  const errors = policy.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
  return compileForHost({ policySet: policy.value, facts, failsafes: 'minimal', controlPorts: [] }).value
}

/** At least `count` packets that the kernel carries without a firewall, past both, and past the evaluator. */
export function compareInKernel(subject: Subject, count: number, seed: string): Comparison {
  const facts = factsOf(subject)
  const imported = importSubject(subject)
  const compiled = compileImported(imported, facts)
  const exported = subject.exports.map((path) => readSource(path).text)
  const text = [...exported, ...imported.files.map((file) => file.text)].join(' ')
  const stock = stockOf({ text, facts, view: compiled.view })
  const surroundings = surroundingsOf(compiled.view, facts)
  const lab = new InjectionLab(subject.plan)
  const passages: Passage[] = []
  try {
    lab.run(subject.stays)
    for (let round = 0; passages.length < count && round < count / 4; round++)
      passages.push(
        ...carryPast(lab, flights(diceOf(`${seed} ${round}`), stock), { subject, ruleset: compiled.ruleset }),
      )
  } finally {
    lab.remove()
  }
  const disputes = passages.flatMap(({ seen, before, after }) => {
    const { verdict } = trace({ ruleset: compiled.ruleset, packet: seen, surroundings })
    if (before === after && verdict === after) return []
    return [`${printPacket(seen)}: ${before} before, ${after} after, ${verdict} says the evaluator`]
  })
  return { passages, allowed: passages.filter(({ after }) => after === 'allow').length, disputes }
}

const fewest = 500

/** Of at least 500 packets, of which a good part is allowed and another denied. */
export function assertSameVerdicts(subject: Subject): readonly Passage[] {
  const { passages, allowed, disputes } = compareInKernel(subject, fewest, 'fixed')
  process.stdout.write(`${subject.name}: ${passages.length} packets, ${allowed} allowed\n`)
  assert.equal(disputes, [])
  assert.ok(passages.length >= fewest, `${passages.length} packets`)
  assert.ok(allowed > fewest / 10 && allowed < 0.9 * fewest, `${allowed} allowed`)
  return passages
}

/** Addresses are rewritten by the firewall itself, or not at all. */
function flights(dice: Dice, stock: ReturnType<typeof stockOf>): readonly Packet[] {
  return randomFlights(dice, stock, mostPackets).map((packet): Packet => ({ ...packet, original: undefined }))
}

export interface Passage {
  /** With the interfaces and the state that the kernel gives it. */
  readonly seen: Packet
  readonly before: 'allow' | 'deny'
  readonly after: 'allow' | 'deny'
}

function carryPast(
  lab: InjectionLab,
  packets: readonly Packet[],
  { subject, ruleset }: { readonly subject: Subject; readonly ruleset: Ruleset },
): readonly Passage[] {
  const [open = []] = lab.carry(packets, [''])
  lab.run(subject.load)
  const [before = []] = lab.carry(packets, [''])
  lab.run(subject.unload)
  const [after = []] = lab.carry(packets, [printReplacement(ruleset)])
  lab.run('nft delete table inet rampart')
  return packets.flatMap((packet, at) => {
    const [only, ...more] = open[at] ?? []
    // over loopback it is two packets, which no policy is asked about
    if (only === undefined || more.length > 0) return []
    const seen = subject.rewritten({ ...packet, iif: only.iif, oif: only.oif, state: only.state as Packet['state'] })
    if (subject.isListed(seen)) return []
    return [{ seen, before: fate(before, at, only), after: fate(after, at, only) }]
  })
}

function fate(seen: Sightings, at: number, open: Sighting): 'allow' | 'deny' {
  return seen[at]?.some(({ iif, oif }) => iif === open.iif && oif === open.oif) ? 'allow' : 'deny'
}
