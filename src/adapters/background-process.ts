/** A program that runs beside us until it is stopped: its lines come out, lines go in. */

import { commandEnvironment } from './command.ts'
import { endGroup } from './process-group.ts'

export interface BackgroundCommand {
  readonly program: string
  readonly args: readonly string[]
  /** Beside PATH and LC_ALL=C, which are all that it inherits. */
  readonly env?: Readonly<Record<string, string>>
  /** Called for each line of standard output. */
  readonly onLine?: (line: string) => void
}

export interface BackgroundProcess {
  readonly pid: number | undefined
  /** Resolves with the exit code when the program has ended, whatever the reason; undefined when it never had one. */
  readonly ended: Promise<number | undefined>
  /** The last 64 kB of standard error. */
  lastErrors(): string
  /** Writes one line to its standard input; nothing happens when it has ended. */
  send(line: string): void
  /** Ends it and everything it started, within two seconds. */
  stop(): Promise<void>
  /** Lets it outlive us: we neither wait for it nor listen any more. It must not need its pipes. */
  release(): void
}

const graceMs = 1000
const keptErrorCharacters = 64 * 1024

/** Starts it in a process group of its own, so that a terminal's Ctrl-C reaches us and not the program. */
export async function startBackgroundProcess(command: BackgroundCommand): Promise<BackgroundProcess> {
  const { execa } = await import('execa')
  const child = execa(command.program, command.args, {
    stdin: 'pipe',
    env: commandEnvironment(command.env ?? {}),
    extendEnv: false,
    detached: true,
    reject: false,
    buffer: false,
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-keptErrorCharacters)
  })
  // without a handler an EPIPE of a program that just ended would end us
  child.stdin.on('error', () => undefined)
  emitLines(child.stdout, command.onLine ?? (() => undefined))
  const ended = child.then((result) => result.exitCode)
  return {
    pid: child.pid,
    ended,
    lastErrors: () => errors,
    send: (line) => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`)
    },
    stop: () => endGroup(child.pid, ended, graceMs),
    release: () => {
      child.stdin.destroy()
      child.stdout.destroy()
      child.stderr.destroy()
      child.unref()
    },
  }
}

function emitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
}
