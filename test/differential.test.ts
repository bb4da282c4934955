/** Law 5: the oracle, which reads the specification, and the evaluator, which reads the compiled table, agree on every packet. */

import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createStyle } from '../src/diagnostic/style.ts'
import { printTraceText } from '../src/explain/print-trace.ts'
import type { Packet } from '../src/packet/packet.ts'
import { printPacket } from '../src/packet/print-packet.ts'
import { askBoth, type Compiled, compileDocuments, type Host, type Judgement } from './fakes/agreement.ts'
import { diceOf } from './fakes/dice.ts'
import { type PlainDocument, printDocument } from './fakes/plain-document.ts'
import { randomPacket, stockOf } from './fakes/random-packet.ts'
import { randomHostFacts, randomPolicy } from './fakes/random-policy.ts'
import { shrinkDocuments } from './fakes/shrink-documents.ts'
import { compileCase, exampleCases, goldenCases } from './golden/golden-cases.ts'

const test = suite('differential')

const host: Host = { facts: randomHostFacts, failsafes: 'minimal' }
const policies = Number(process.env.RAMPART_RANDOM_POLICIES ?? 300)
const packets = 30
const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')

process.stdout.write(`random policies of seeds fixed and ${freshSeed} (RAMPART_RANDOM_SEED)\n`)

for (const seed of ['fixed', freshSeed])
  test(`judge() and trace() agree on ${packets} packets for each of ${policies} random policies of seed ${seed}`, () => {
    for (let index = 0; index < policies; index++) checkPolicy(`${seed} ${index}`)
  })

for (const one of [...(await goldenCases()), ...(await exampleCases())])
  test(`judge() and trace() agree on ${one.name}`, () => {
    const compiled = compileCase(one)
    const text = one.files.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n')
    const dice = diceOf(one.name)
    const stock = stockOf({ text, facts: one.facts, view: compiled.view })
    for (let index = 0; index < 100; index++) {
      const packet = randomPacket(dice, stock)
      const judgement = askBoth(compiled, packet)
      if (!judgement.agree) assert.unreachable(describe({ compiled, packet, judgement }))
    }
  })

function checkPolicy(seed: string): void {
  const dice = diceOf(seed)
  const documents = randomPolicy(dice)
  const compiled = compileDocuments(documents, host)
  if (typeof compiled === 'string') assert.unreachable(`seed ${seed} makes an invalid policy: ${compiled}`)
  else {
    const stock = stockOf({
      text: documents.map(printDocument).join('\n'),
      facts: randomHostFacts,
      view: compiled.view,
    })
    for (let index = 0; index < packets; index++) {
      const packet = randomPacket(dice, stock)
      if (!askBoth(compiled, packet).agree) assert.unreachable(`seed ${seed}\n${describeSmallest(documents, packet)}`)
    }
  }
}

function describeSmallest(documents: readonly PlainDocument[], packet: Packet): string {
  const differs = (candidate: readonly PlainDocument[]): boolean => {
    const compiled = compileDocuments(candidate, host)
    return typeof compiled !== 'string' && !askBoth(compiled, packet).agree
  }
  const smallest = shrinkDocuments(documents, differs)
  const compiled = compileDocuments(smallest, host)
  if (typeof compiled === 'string') return compiled
  const judgement = askBoth(compiled, packet)
  return `${smallest.map(printDocument).join('---\n')}\n${describe({ compiled, packet, judgement })}`
}

interface Dispute {
  readonly compiled: Compiled
  readonly packet: Packet
  readonly judgement: Judgement
}

function describe({ compiled, packet, judgement: { ruling, trace, staged } }: Dispute): string {
  const words = `${printPacket(packet)} hop-limit=${packet.hopLimit}`
  const context = {
    sets: compiled.ruleset.sets,
    packet: words,
    assumed: [],
    detail: 'every',
    originOf: () => undefined,
    staged: [],
  } as const
  const oracle = `oracle: ${ruling.verdict}, decided by ${ruling.decidedBy ?? 'nothing'}`
  const beside = `staged: ${staged.expected.join(', ') || 'none'}; counted: ${staged.counted.join(', ') || 'none'}`
  return `${oracle}\n${beside}\nevaluator: ${printTraceText(trace, context, createStyle('plain'))}`
}

test.run()
