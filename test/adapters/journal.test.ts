import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createJournal, type Journal } from '../../src/adapters/journal.ts'
import type { LogLevel } from '../../src/host/agent-configuration.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite('adapters/journal')

function written(level: LogLevel, write: (journal: Journal) => void): readonly Record<string, unknown>[] {
  const lines: string[] = []
  write(createJournal({ level, stream: { write: (line) => lines.push(line) } }))
  return lines.map((line) => JSON.parse(line))
}

test('createJournal() writes one JSON line an event with level, time and fields', () => {
  const [line] = written('info', (journal) => journal.info('run-finished', { outcome: 'converged', changes: 3 }))
  assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.equal(
    { ...line, time: '' },
    { level: 'info', time: '', event: 'run-finished', outcome: 'converged', changes: 3 },
  )
})

test('createJournal() leaves out what is below the level', () => {
  const write = (journal: Journal): void => {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) journal[level]('x')
  }
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
  assert.equal(
    levels.map((level) => written(level, write).map((line) => line.level)),
    [levels, levels.slice(1), levels.slice(2), levels.slice(3)],
  )
})

test('createJournal() writes an error as message, code and causes', () => {
  const error = new HostError('git-unreachable', 'no answer', { cause: new Error('reset', { cause: 'x' }) })
  const [line] = written('info', (journal) => journal.error('run-failed', { error }))
  assert.equal(line?.error, { message: 'no answer', code: 'git-unreachable', cause: { message: 'reset', cause: 'x' } })
})

test('createJournal() writes no secret, wherever it hides', () => {
  const cause = new Error('fatal: https://rampart:hunter2@git.example.org/x not found')
  const fields = {
    token: 'hunter2',
    headers: { authorization: 'Basic hunter2' },
    url: 'https://rampart:hunter2@git.example.org/x',
    repository: { urls: ['https://hunter2@git.example.org/x'] },
    error: new HostError('git-not-found', 'https://a:hunter2@git.example.org/x', { cause }),
  }
  const [line] = written('info', (journal) => journal.warn('run-failed', fields))
  assert.not.match(JSON.stringify(line), 'hunter2')
  assert.is(line?.url, 'https://git.example.org/x')
  assert.is(line?.token, '[redacted]')
})

test.run()
