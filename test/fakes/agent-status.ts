/** An agent's status as tests need it: nothing happened yet, but for what they say. */

import type { AgentStatus } from '../../src/reconcile/agent-status.ts'

export function agentStatus(known: Partial<AgentStatus> = {}): AgentStatus {
  return {
    version: 1,
    node: 'gw-1',
    program: '0.1.0',
    startedAt: '2030-01-01T00:00:00Z',
    repository: { url: 'https://git.example.org/net/firewall.git', branch: 'main', path: '.' },
    trust: { require: 'none', signer: null, warnings: [] },
    applied: null,
    pending: null,
    hold: null,
    setAside: null,
    attempted: null,
    history: [],
    lastSuccessAt: null,
    expiring: null,
    drift: { repairs: 0, lastAt: null, lastChanges: [], lastBy: [], watch: 'listening', fight: null },
    connectionsEnded: { total: 0, lastAt: null, lastFlows: [], undecided: 0, problem: null },
    endpoints: [],
    unguarded: [],
    staged: [],
    ruleset: null,
    schedule: { cron: '* * * * *', nextRunAt: null },
    ...known,
  }
}
