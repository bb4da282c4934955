/** The words after `npm run fuzz --` -> how long, and from which random policy on. */

import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface FuzzOptions {
  readonly minutes: number
  readonly seed: string
  /** Number of the first policy of the seed. */
  readonly from: number
}

export const usage = 'npm run fuzz -- [--minutes 10] [--seed WORD] [--from NUMBER]'

/** A text says what is wrong with the words. Without a seed it is another one each time. */
export function readFuzzOptions(words: readonly string[]): FuzzOptions | string {
  const values = readWords(words)
  if (typeof values === 'string') return values
  const minutes = Number(values.minutes)
  if (!(minutes > 0 && minutes <= 1440)) return `--minutes "${values.minutes}": write a number above 0, 1440 at most`
  const from = Number(values.from)
  if (!Number.isSafeInteger(from) || from < 0) return `--from "${values.from}": write the number of a policy, from 0`
  const { seed = randomBytes(4).toString('hex') } = values
  // the command that repeats a disagreement is to be copied as it is
  if (!/^[\w.-]+$/.test(seed)) return `--seed "${seed}": write letters, digits, dots, dashes and underscores`
  return { minutes, seed, from }
}

interface Words {
  readonly minutes: string
  readonly seed?: string | undefined
  readonly from: string
}

function readWords(words: readonly string[]): Words | string {
  const options = {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
  } as const
  try {
    return parseArgs({ args: [...words], options }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
