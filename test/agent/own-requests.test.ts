/** What the agent asks itself for, and whom it believes; without a loop, a kernel or git. */

import { mock } from 'node:test'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createJournal } from '../../src/adapters/journal.ts'
import { RunStates } from '../../src/agent/run-states.ts'
import { StatusBoard } from '../../src/agent/status-board.ts'
import { StatusFile } from '../../src/agent/status-file.ts'
import { Turn } from '../../src/agent/turn.ts'
import { defaultApplyConfiguration } from '../../src/host/apply-configuration.ts'
import { emptyMemory } from '../../src/reconcile/memory.ts'
import { configure } from '../fakes/git-lab.ts'
import { createWorld } from '../fakes/run-ports.ts'

const test = suite('RunStates')
const journal = createJournal({ level: 'debug', stream: { write: () => {} } })
const configuration = {
  node: 'web-1',
  repository: configure('https://git.example.org/x.git'),
  trust: undefined,
  schedule: '* * * * *',
  splayMs: 0,
  webhook: undefined,
  apply: defaultApplyConfiguration,
  failsafes: 'minimal',
  driftIntervalMs: 1000,
  observe: undefined,
  logLevel: 'info',
  stateDir: '/nowhere',
} as const

test.before.each(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.UTC(2030, 0, 1) }))
test.after.each(() => mock.timers.reset())

function start(onRun: (board: StatusBoard) => void = () => {}) {
  const asked: string[] = []
  const { store } = createWorld().ports
  const board = new StatusBoard({ configuration, version: 'test', startedAt: new Date() })
  const clock = { now: () => new Date(), monotonicMs: () => Date.now(), sleep: async () => {} }
  const states = new RunStates({
    ...{ store, clock, journal, board, statusFile: new StatusFile('/nowhere/status.json', journal), turn: new Turn() },
    request: (trigger) => void asked.push(trigger),
    compare: () => {},
    requestAndWait: async () => onRun(board),
    report: async () => board.current(),
  })
  return { asked, board, states, store }
}

const revision = { commit: 'a'.repeat(40), committedAt: new Date(0), subject: '', allows: [] }
const passed = (): Date => new Date(Date.now() - 1)

test('observe() asks once for a revision that is due again, though the run could not take it', () => {
  const { asked, states } = start()
  const record = { commit: 'a', at: new Date(0), cause: 'interrupted', message: '', retries: 0 } as const
  const first = passed()
  for (const retryAt of [first, first, new Date(Date.now() + 50)]) {
    states.observe({ memory: { ...emptyMemory, setAside: { ...record, retryAt } }, hold: undefined })
    mock.timers.tick(10)
  }
  assert.equal(asked, ['retry'])
  mock.timers.tick(100)
  assert.equal(asked, ['retry', 'retry'])
})

test('observe() asks once for the end of a hold, though the run did not come to it', () => {
  const { asked, states } = start()
  const hold = { reason: 'an audit', at: new Date(0), until: passed() }
  for (const told of [hold, 'unasked', 'unasked'] as const) {
    states.observe({ memory: emptyMemory, hold: told })
    mock.timers.tick(10)
  }
  assert.equal(asked, ['resume'])
})

test('apply() does not take the end of a run before for its own', async () => {
  const outcome = { type: 'converged', revision, changes: 0, warnings: [], notes: [] } as const
  const none = { drift: [], expired: [], connections: undefined, revert: undefined } as const
  const record = (board: StatusBoard): void =>
    board.recordRun({
      report: { outcome, memory: emptyMemory, hold: 'unasked', ...none },
      ...{ triggers: ['apply'], at: new Date(), facts: undefined, released: [], suspects: [] },
    })
  for (const [type, onRun] of [
    ['done', record],
    // it broke, or the agent is stopping
    ['refused', () => {}],
  ] as const) {
    const { board, states, store } = start(onRun)
    record(board)
    await store.saveHold({ reason: 'an audit', at: new Date(0), until: undefined })
    assert.is((await states.apply({ node: null, files: [], allowed: [] })).type, type)
  }
})

test.run()
