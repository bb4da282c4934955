/** The first lines of `rampart status`: what a person wants to know first. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printStatus } from '../../src/cli/print-status.ts'
import { createStyle } from '../../src/diagnostic/style.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { agentStatus } from '../fakes/agent-status.ts'

const revision = { commit: 'a'.repeat(40), subject: 'open the portal' }
const time = '2030-01-01T00:00:00.000Z'
const applied = { ...revision, appliedAt: time } as NonNullable<AgentStatus['applied']>
const attempted = {
  ...{ commit: revision.commit, at: time, trigger: 'start', outcome: 'converged', message: 'in sync' },
  ...{ failures: 0, notes: [], diagnostics: [] },
} as unknown as NonNullable<AgentStatus['attempted']>

const stateOf = (status: AgentStatus): string | undefined =>
  /^state +(.*)$/m.exec(printStatus(status, createStyle('plain')))?.[1]

test('printStatus() says whether the host is in sync, and that it is not while a change may still be taken back', () => {
  assert.is(stateOf(agentStatus()), 'nothing is enforced yet')
  const inSync = { ...agentStatus(), applied, attempted }
  assert.is(stateOf(inSync), 'in sync with the repository')
  const pending = { ...revision, appliedAt: time, deadline: time, waitsFor: 'person', failing: [] } as const
  assert.is(stateOf({ ...inSync, pending }), 'a change waits for its confirmation')
})

test.run()
