/** The agent's log: one JSON line an event on standard output, for journald and whatever reads it. */

import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino'
import type { LogLevel } from '../host/agent-configuration.ts'

/** Plain data; an Error is written as its message, its code and its causes, without a stack. */
export type JournalFields = Readonly<Record<string, unknown>>

/** Each call writes one event: a short word such as `run-finished`, and what belongs to it. */
export interface Journal {
  debug(event: string, fields?: JournalFields): void
  info(event: string, fields?: JournalFields): void
  warn(event: string, fields?: JournalFields): void
  error(event: string, fields?: JournalFields): void
}

export interface JournalOptions {
  readonly level: LogLevel
  /** Standard output unless given. */
  readonly stream?: DestinationStream
}

/** Lines are written at once (no buffer is lost in a crash): `{"level","time","event",...fields}`. */
export function createJournal({ level, stream }: JournalOptions): Journal {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...secretNames, ...secretNames.map((name) => `*.${name}`)], censor: '[redacted]' },
    },
    stream ?? destination({ fd: 1, sync: true }),
  )
  return {
    debug: (event, fields) => logger.debug(printable(fields), event),
    info: (event, fields) => logger.info(printable(fields), event),
    warn: (event, fields) => logger.warn(printable(fields), event),
    error: (event, fields) => logger.error(printable(fields), event),
  }
}

const secretNames = ['token', 'password', 'passphrase', 'secret', 'secrets', 'authorization', 'cookie', 'privateKey']

function printable(fields: JournalFields = {}, depth = 0): JournalFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printableValue(value, depth)]))
}

function printableValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutCredentials(value)
  if (value instanceof Error) return printableError(value, depth)
  if (typeof value === 'bigint') return value.toString()
  if (depth >= deepest) return value
  if (Array.isArray(value)) return value.map((part) => printableValue(part, depth + 1))
  return isPlainObject(value) ? printable(value, depth + 1) : value
}

function isPlainObject(value: unknown): value is JournalFields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

const deepest = 4

function printableError(error: Error, depth: number): JournalFields {
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined || depth >= deepest ? {} : { cause: printableValue(error.cause, depth + 1) }
  return { message: withoutCredentials(error.message), ...code, ...cause }
}

/** `https://user:token@host/` as `https://host/`: git programs like to quote the URL they were given. */
function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi, '$1')
}
