/** Words in, exit code out: the entry of the program. */

import { CommanderError } from 'commander'
import type { ColorMode } from '../diagnostic/style.ts'
import { HostError } from '../reconcile/host-error.ts'
import { type CommandIo, exitUsage, Refusal, UsageError } from './command-io.ts'
import { createProgram } from './program.ts'

async function main(words: readonly string[]): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  // Whoever reads us has seen enough: `rampart render | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const io: CommandIo = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    color: { out: colorMode(process.stdout), err: colorMode(process.stderr) },
    progress: process.stderr.isTTY === true ? 'bar' : 'silent',
    signal: stopping.signal,
  }
  let exitCode = 0
  const program = createProgram(io, (code) => {
    exitCode = code
  })
  try {
    for (const command of [program, ...program.commands]) command.exitOverride()
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    return report(error, io)
  }
}

/** @see https://no-color.org */
function colorMode(stream: { readonly isTTY?: boolean }): ColorMode {
  return stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' ? 'color' : 'plain'
}

function report(error: unknown, io: CommandIo): number {
  // Commander has printed what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage
  if (error instanceof UsageError) {
    io.err(`rampart: ${error.message}\n`)
    return exitUsage
  }
  if (error instanceof HostError || error instanceof Refusal) {
    io.err(`rampart: ${error.message}\n`)
    return 1
  }
  io.err(`rampart: a bug, please report it: ${error instanceof Error ? error.stack : String(error)}\n`)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
