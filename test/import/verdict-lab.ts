/** What a firewall and the policy imported from it do with the same packets, in the kernel. */

import { printReplacement } from '../../src/diff/print-script.ts'
import { trace } from '../../src/explain/trace.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { type ImportedRepository, importFiles } from '../../src/import/import-files.ts'
import { readRoutes } from '../../src/import/read-routes.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { compileForHost, type HostCompilation, readPolicy } from '../../src/pipeline.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
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
  /** What the listing says is not carried over: packets of it are left out. */
  readonly isListed: (packet: Packet) => boolean
}

export interface Comparison {
  readonly compared: number
  readonly allowed: number
  readonly denied: number
  readonly disputes: readonly string[]
}

export function importSubject({ exports, facts, knowsFacts }: Subject): ImportedRepository {
  const source = readSource(facts)
  const known = readHostFacts(source).value
  const routes = readRoutes(source)
  if (known === undefined || typeof routes === 'string') throw new Error(`${facts} cannot be read`)
  const told = knowsFacts ? { facts: known, routes } : { facts: undefined, routes: undefined }
  const imported = importFiles({ sources: exports.map(readSource), type: undefined, host: known.node, ...told })
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
  const encoder = new TextEncoder()
  const policy = readPolicy(
    files.map(({ path, text }) => ({ path, type: 'file', contentId: path, bytes: encoder.encode(text) })),
  )
  const errors = policy.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
  return compileForHost({ policySet: policy.value, facts, failsafes: 'minimal', controlPorts: [] }).value
}

/** At least `count` packets that the kernel carries without a firewall, past both, and past the evaluator. */
export function compareInKernel(subject: Subject, count: number, seed: string): Comparison {
  const facts = factsOf(subject)
  const imported = importSubject(subject)
  const compiled = compileImported(imported, facts)
  const text = [...subject.exports.map((path) => readSource(path).text), ...imported.files.map((file) => file.text)].join(' ')
  const stock = stockOf({ text, facts, view: compiled.view })
  const lab = new InjectionLab(subject.plan)
  const disputes: string[] = []
  const verdicts = { allow: 0, deny: 0 }
  try {
    for (let round = 0; verdicts.allow + verdicts.deny < count && round < count / 4; round++) {
      const packets = flights(diceOf(`${seed} ${round}`), stock)
      for (const { seen, before, after } of carryPast(lab, packets, subject, compiled)) {
        const evaluated = trace({ ruleset: compiled.ruleset, packet: seen, surroundings: surroundingsOf(compiled.view, facts) })
        verdicts[after]++
        if (before !== after || evaluated.verdict !== after)
          disputes.push(`${printPacket(seen)}: ${before} before, ${after} after, ${evaluated.verdict} says the evaluator`)
      }
    }
  } finally {
    lab.remove()
  }
  return { compared: verdicts.allow + verdicts.deny, allowed: verdicts.allow, denied: verdicts.deny, disputes }
}

/** Addresses are rewritten by the firewall itself, or not at all. */
function flights(dice: Dice, stock: ReturnType<typeof stockOf>): readonly Packet[] {
  return randomFlights(dice, stock, mostPackets).map((packet): Packet => ({ ...packet, original: undefined }))
}

interface Passage {
  /** With the interfaces and the state that the kernel gives it. */
  readonly seen: Packet
  readonly before: 'allow' | 'deny'
  readonly after: 'allow' | 'deny'
}

function carryPast(
  lab: InjectionLab,
  packets: readonly Packet[],
  { load, unload, isListed }: Subject,
  { ruleset }: HostCompilation,
): readonly Passage[] {
  const [open = []] = lab.carry(packets, [''])
  lab.run(load)
  const [before = []] = lab.carry(packets, [''])
  lab.run(unload)
  const [after = []] = lab.carry(packets, [printReplacement(ruleset)])
  lab.run('nft delete table inet rampart')
  return packets.flatMap((packet, at) => {
    const [only, ...more] = open[at] ?? []
    // over loopback it is two packets, which no policy is asked about
    if (only === undefined || more.length > 0) return []
    const seen = { ...packet, iif: only.iif, oif: only.oif, state: only.state as Packet['state'] }
    if (isListed(seen)) return []
    return [{ seen, before: fate(before, at, only), after: fate(after, at, only) }]
  })
}

function fate(seen: Sightings, at: number, open: Sighting): 'allow' | 'deny' {
  return seen[at]?.some(({ iif, oif }) => iif === open.iif && oif === open.oif) ? 'allow' : 'deny'
}
