import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { StatusBoard } from '../../src/agent/status-board.ts'
import { diagnose } from '../../src/diagnostic/diagnostic.ts'
import { defaultApplyConfiguration } from '../../src/host/apply-configuration.ts'
import type { DriftAuthor } from '../../src/reconcile/agent-status.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { emptyMemory } from '../../src/reconcile/memory.ts'
import type { Outcome } from '../../src/reconcile/outcome.ts'
import type { RunReport } from '../../src/reconcile/run.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { configure } from '../fakes/git-lab.ts'

const test = suite('StatusBoard')
const revision = {
  commit: 'a'.repeat(40),
  committedAt: new Date('2026-01-01T00:00:00Z'),
  subject: 'open https',
  allows: [],
}
const enforced = { revision, ruleset: emptyRuleset }
const noon = new Date('2026-01-02T12:00:00Z')
const later = new Date('2026-01-02T13:00:00Z')

function board(): StatusBoard {
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
  return new StatusBoard({ configuration, version: 'test', startedAt: noon })
}

interface Extra {
  readonly at?: Date
  readonly suspects?: readonly DriftAuthor[]
}

function record(to: StatusBoard, outcome: Outcome, more: Partial<RunReport> & Extra = {}): void {
  const report = {
    outcome,
    memory: { ...emptyMemory, enforced },
    ...{ drift: [], expired: [], hold: 'unasked' as const },
    connections: undefined,
    revert: undefined,
    ...more,
  }
  to.recordRun({
    report,
    triggers: ['schedule', 'webhook'],
    at: more.at ?? noon,
    facts: undefined,
    released: [],
    suspects: more.suspects ?? [],
  })
}

const converged: Outcome = { type: 'converged', revision, changes: 3, warnings: [], notes: [] }
const failed: Outcome = {
  type: 'failed',
  stage: 'fetch',
  error: new HostError('git-unreachable', 'git.example.org refused the connection'),
  kept: revision,
}

test('recordRun() shows what is enforced and how the run ended', () => {
  const shown = board()
  record(shown, converged)
  const { applied, attempted, lastSuccessAt } = shown.current()
  assert.equal(applied, {
    commit: revision.commit,
    subject: 'open https',
    committedAt: '2026-01-01T00:00:00.000Z',
    appliedAt: noon.toISOString(),
  })
  assert.equal([attempted?.trigger, attempted?.message], ['schedule, webhook', '3 changes applied'])
  assert.is(lastSuccessAt, noon.toISOString())
})

test('recordRun() counts failures in a row and keeps the last success', () => {
  const shown = board()
  record(shown, converged)
  record(shown, failed, { at: later })
  record(shown, failed, { at: later })
  const { applied, attempted, lastSuccessAt } = shown.current()
  assert.equal([attempted?.failures, attempted?.commit], [2, null])
  assert.is(attempted?.message, 'fetch: git.example.org refused the connection')
  assert.equal([applied?.appliedAt, lastSuccessAt], [noon.toISOString(), noon.toISOString()])
  record(shown, converged, { at: later })
  assert.is(shown.current().attempted?.failures, 0)
})

test('recordRun() keeps the last 20 runs, newest first, those of the agent before among them', () => {
  const shown = board()
  const past = { at: noon.toISOString(), trigger: 'start', commit: null, outcome: 'failed', message: 'x' } as const
  shown.remember({ history: [past] })
  record(shown, converged, { at: later })
  assert.equal(shown.current().history, [
    {
      at: later.toISOString(),
      trigger: 'schedule, webhook',
      commit: revision.commit,
      outcome: 'converged',
      message: '3 changes applied',
    },
    past,
  ])
  const reasons = [{ guard: 'cut-sessions', message: 'x'.repeat(1000) }] as const
  for (let count = 0; count < 25; count++) record(shown, { type: 'refused', revision, reasons, kept: revision })
  const { history } = shown.current()
  assert.equal([history.length, history[0]?.message.length], [20, 300])
})

test('remember() takes what a status of another version does not know as unknown', () => {
  const shown = board()
  shown.remember({})
  shown.remember({ history: 'none' } as never)
  assert.equal(shown.current().history, [])
})

test('recordHold() shows a hold, and what the branch has instead', () => {
  const shown = board()
  const nothingElse = { newest: undefined, tableOnly: undefined }
  shown.recordHold({ reason: 'an audit', at: noon, until: later }, { newest: revision, tableOnly: 'it was a folder' })
  assert.equal(shown.current().hold, {
    reason: 'an audit',
    at: noon.toISOString(),
    until: later.toISOString(),
    tableOnly: 'it was a folder',
    newest: { commit: revision.commit, subject: 'open https' },
  })
  shown.recordHold({ reason: 'an audit', at: noon, until: undefined }, nothingElse)
  const { until, newest, tableOnly } = shown.current().hold ?? {}
  assert.equal([until, newest, tableOnly], [null, null, null])
  shown.recordHold(undefined, nothingElse)
  assert.is(shown.current().hold, null)
})

test('recordRun() counts a repair also when git failed in the same run', () => {
  const shown = board()
  const repaired = { action: 'add', object: 'rule', name: 'input', text: 'accept', comment: undefined } as const
  const author = { process: 'nft', pid: 7, command: null, executable: null, uid: null, parent: null }
  record(shown, failed, { drift: [repaired], suspects: [author] })
  assert.equal(shown.current().drift, {
    repairs: 1,
    lastAt: noon.toISOString(),
    lastChanges: ['+ rule in input: accept'],
    lastBy: [author],
    watch: 'down',
    fight: null,
  })
  record(shown, converged)
  assert.is(shown.current().drift.repairs, 1)
})

test('recordRun() adds up the connections that ended and remembers why others did not', () => {
  const shown = board()
  const flows = ['tcp 198.51.100.7:4000 -> 192.0.2.10:443']
  record(shown, converged, { connections: { ended: 3, flows, undecided: 1, problem: undefined } })
  record(shown, converged, { at: later })
  const ended = { total: 3, lastAt: noon.toISOString(), lastFlows: flows, undecided: 1, problem: null }
  assert.equal(shown.current().connectionsEnded, ended)
  record(shown, converged, { connections: { ended: 0, flows: [], undecided: 0, problem: 'no conntrack' }, at: later })
  assert.equal(shown.current().connectionsEnded, { ...ended, undecided: 0, problem: 'no conntrack' })
  record(shown, converged, { connections: { ended: 1, flows: [], undecided: 0, problem: undefined }, at: later })
  const { total, lastAt, problem } = shown.current().connectionsEnded
  assert.equal([total, lastAt, problem], [4, later.toISOString(), null])
})

test('recordRun() carries the faults of a refused revision with their places', () => {
  const shown = board()
  const span = { source: { path: 'a.yaml', text: 'x\ny: z\n' }, start: 2, end: 3 }
  const diagnostics = [diagnose('unknown-field', { message: 'unknown field "y"', span })]
  record(shown, { type: 'invalid', revision, diagnostics, kept: revision })
  const { attempted } = shown.current()
  assert.is(attempted?.message, 'the policy has 1 error, the revision before it stays enforced')
  assert.equal(attempted?.diagnostics, [
    { code: 'unknown-field', severity: 'error', message: 'unknown field "y"', file: 'a.yaml', line: 2, column: 1 },
  ])
})

test('recordRun() says who signed, and why a tip is not trusted', () => {
  const shown = board()
  assert.equal(shown.current().trust, { require: 'none', signer: null, warnings: [] })
  const message = 'it is not known what was enforced here before'
  const warnings = [{ code: 'history-unknown', message } as const]
  const memory = { ...emptyMemory, verification: { type: 'trusted', signer: 'ada', warnings } as const }
  record(shown, converged, { memory })
  assert.equal(shown.current().trust, { require: 'none', signer: 'ada', warnings: [message] })
  const reason = 'commit 0123456789 is not signed'
  const refused = { ...memory, verification: { type: 'untrusted', reason } as const }
  record(shown, { type: 'untrusted', revision, reason, kept: revision }, { memory: refused })
  const { attempted, trust } = shown.current()
  assert.equal([attempted?.outcome, attempted?.commit, trust.signer], ['untrusted', revision.commit, 'ada'])
  assert.is(attempted?.message, `not trusted, the revision before it stays enforced: ${reason}`)
})

test('recordRun() tells why a revision was refused or taken back, and that it is set aside', () => {
  const shown = board()
  const setAside = {
    commit: revision.commit,
    at: noon,
    cause: 'probes',
    message: 'worked before',
    retryAt: later,
    retries: 0,
  } as const
  const memory = { ...emptyMemory, enforced, setAside }
  record(shown, { type: 'reverted', revision, reason: 'probes', message: 'worked before', kept: revision }, { memory })
  const { attempted, setAside: shownSetAside } = shown.current()
  assert.equal([attempted?.outcome, attempted?.message], ['reverted', 'applied and taken back (probes): worked before'])
  assert.equal(shownSetAside, {
    commit: revision.commit,
    at: noon.toISOString(),
    cause: 'probes',
    message: 'worked before',
    retryAt: later.toISOString(),
  })
  const reasons = [
    { guard: 'cut-sessions', message: 'ada' },
    { guard: 'mass-removal', message: 'all' },
  ] as const
  record(shown, { type: 'refused', revision, reasons, kept: revision }, { memory: { ...memory, setAside: undefined } })
  const refused = shown.current()
  assert.is(refused.attempted?.message, 'refused: cut-sessions: ada; mass-removal: all')
  assert.equal(refused.attempted?.notes, ['cut-sessions: ada', 'mass-removal: all'])
  assert.equal([refused.setAside, refused.attempted?.failures], [null, 2])
})

test('remember() keeps the time since when a revision is enforced over a restart', () => {
  const before = board()
  record(before, converged)
  const after = board()
  after.remember(before.current())
  assert.is(after.current().applied, null, 'nothing is claimed before the kernel was looked at')
  assert.is(after.current().lastSuccessAt, noon.toISOString())
  record(after, failed, { at: later })
  assert.is(after.current().applied?.appliedAt, noon.toISOString())
})

test.run()
