import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createJournal } from '../../src/adapters/journal.ts'
import { logConnections } from '../../src/agent/log-events.ts'
import type { ConnectionReport } from '../../src/reconcile/end-connections.ts'

function logged(report: ConnectionReport | undefined): readonly Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = []
  const journal = createJournal({ level: 'info', stream: { write: (line) => void lines.push(JSON.parse(line)) } })
  logConnections(journal, report)
  return lines
}

test('logConnections() names the connections that ended', () => {
  const flows = ['tcp 198.51.100.7:4000 -> 192.0.2.10:443']
  const [line] = logged({ ended: 1, flows, undecided: 2, problem: undefined })
  assert.equal([line?.event, line?.ended, line?.flows, line?.undecided], ['connections-ended', 1, flows, 2])
})

test('logConnections() warns when connections may go on, and is silent when none was concerned', () => {
  const [line] = logged({ ended: 0, flows: [], undecided: 0, problem: 'there is no program conntrack' })
  assert.equal([line?.event, line?.reason], ['connections-not-ended', 'there is no program conntrack'])
  assert.equal(logged({ ended: 0, flows: [], undecided: 0, problem: undefined }), [])
  assert.equal(logged(undefined), [])
})

test.run()
