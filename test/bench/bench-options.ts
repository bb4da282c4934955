/** The words after `npm run bench --` -> what to measure. */

import { parseArgs } from 'node:util'
import type { PolicyVariant } from './generate-policies.ts'

export interface BenchOptions {
  /** Numbers of rules. */
  readonly sizes: readonly number[]
  readonly variants: readonly PolicyVariant[]
  /** Rounds that count. */
  readonly runs: number
  /** Where to write all samples. */
  readonly jsonFile: string | undefined
}

export const usage = 'npm run bench -- [--sizes 100,1000,10000] [--variants mixed,mergeable] [--runs 7] [--json FILE]'

/** A text says what is wrong with the words. */
export function readBenchOptions(words: readonly string[]): BenchOptions | string {
  const values = readWords(words)
  if (typeof values === 'string') return values
  const sizes = values.sizes.split(',').map(Number)
  const wrongSize = sizes.find((size) => !Number.isInteger(size) || size < 20 || size > 100_000 || size % 20 !== 0)
  if (wrongSize !== undefined) return `--sizes "${values.sizes}": write multiples of 20 from 20 to 100000, as 100,1000`
  const names = values.variants.split(',')
  const variants = names.filter((name) => name === 'mixed' || name === 'mergeable')
  if (variants.length < names.length) return `--variants "${values.variants}": write mixed, mergeable or both`
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) return `--runs "${values.runs}": write a number from 1 to 100`
  return { sizes, variants, runs, jsonFile: values.json }
}

interface Words {
  readonly sizes: string
  readonly variants: string
  readonly runs: string
  readonly json?: string | undefined
}

function readWords(words: readonly string[]): Words | string {
  const options = {
    sizes: { type: 'string', default: '100,1000,10000' },
    variants: { type: 'string', default: 'mixed,mergeable' },
    runs: { type: 'string', default: '7' },
    json: { type: 'string' },
  } as const
  try {
    return parseArgs({ args: [...words], options }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
