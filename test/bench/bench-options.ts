/** The words after `npm run bench --` -> what to measure. */

import { parseArgs } from 'node:util'
import type { Pace } from './measurement.ts'

export interface BenchOptions extends Pace {
  /** Names of measurements. */
  readonly only: readonly string[]
  /** Where to write all samples. */
  readonly jsonFile: string | undefined
  /** Whether README's table and pictures are written. */
  readonly target: 'terminal' | 'readme'
}

export const usage = 'npm run bench -- [--only apply,change] [--runs 7] [--quick] [--json FILE] [--readme]'

/** A text says what is wrong with the words. @param names of all measurements */
export function readBenchOptions(words: readonly string[], names: readonly string[]): BenchOptions | string {
  const values = readWords(words)
  if (typeof values === 'string') return values
  const only = values.only === undefined ? names : values.only.split(',')
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) return `--only "${unknown}": write some of ${names.join(', ')}`
  const runs = Number(values.runs ?? (values.quick ? 1 : 7))
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) return `--runs "${values.runs}": write a number from 1 to 100`
  const scale = values.quick ? 'quick' : 'full'
  if (values.readme && (scale === 'quick' || only.length < names.length || runs < 7))
    return '--readme: write what a whole bench of at least seven runs has measured, without --only and --quick'
  return { only, runs, scale, jsonFile: values.json, target: values.readme ? 'readme' : 'terminal' }
}

interface Words {
  readonly only?: string | undefined
  readonly runs?: string | undefined
  readonly quick: boolean
  readonly json?: string | undefined
  readonly readme: boolean
}

function readWords(words: readonly string[]): Words | string {
  const options = {
    only: { type: 'string' },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    readme: { type: 'boolean', default: false },
  } as const
  try {
    return parseArgs({ args: [...words], options }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
