/** A random policy repository for a seed, compiled for the host h1, and what its packets are made of. */

import { createHash } from 'node:crypto'
import { type Compiled, compileDocuments, type Host } from './agreement.ts'
import { type Dice, diceOf } from './dice.ts'
import { type PlainDocument, printDocument } from './plain-document.ts'
import { type Stock, stockOf } from './random-packet.ts'
import { randomHostFacts, randomPolicy } from './random-policy.ts'

/** Half of the tables hold every network in hash sets by prefix length. */
function randomHost(seed: string): Host {
  const isSpread = createHash('sha256').update(seed).digest().readUInt8() % 2 === 0
  return { facts: randomHostFacts, failsafes: 'minimal', ...(isSpread ? { mostIntervals: 0 } : {}) }
}

export interface RandomCase {
  readonly host: Host
  readonly documents: readonly PlainDocument[]
  readonly compiled: Compiled
  readonly stock: Stock
  /** Thrown for the policy already. */
  readonly dice: Dice
}

/** @throws Error when the policy is not valid, which is a fault of the generator */
export function randomCase(seed: string): RandomCase {
  const dice = diceOf(seed)
  const documents = randomPolicy(dice)
  const host = randomHost(seed)
  const compiled = compileDocuments(documents, host)
  if (typeof compiled === 'string') throw new Error(`seed ${seed} makes an invalid policy: ${compiled}`)
  const text = documents.map(printDocument).join('\n')
  const stock = stockOf({ text, facts: randomHostFacts, view: compiled.view })
  return { host, documents, compiled, stock, dice }
}
