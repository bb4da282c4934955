/** Runs a command of the program inside this process and gives what it printed. */

import { CommanderError } from 'commander'
import { exitUsage, Refusal, UsageError } from '../../src/cli/command-io.ts'
import { createProgram } from '../../src/cli/program.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

export interface CommandEnd {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** As main() would, without a terminal. */
export async function rampart(...words: readonly string[]): Promise<CommandEnd> {
  const printed = { out: '', err: '' }
  const write = (stream: 'out' | 'err') => (text: string) => {
    printed[stream] += text
  }
  let code = 0
  const io = {
    out: write('out'),
    err: write('err'),
    color: { out: 'plain', err: 'plain' },
    progress: 'silent',
    signal: AbortSignal.timeout(60_000),
  } as const
  const program = createProgram(io, (exitCode) => {
    code = exitCode
  })
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: write('out'), writeErr: write('err') })
  }
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) write('err')(`${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : exitUsage
    else if (error instanceof UsageError) code = exitUsage
    else if (error instanceof HostError || error instanceof Refusal) code = 1
    else throw error
  }
  return { code, ...printed }
}
