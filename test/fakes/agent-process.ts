/** An agent in a process of its own: takes its options as JSON, and schedules that a configuration may not have. A program. */

import { createJournal } from '../../src/adapters/journal.ts'
import { type AgentOptions, runAgent } from '../../src/agent/run-agent.ts'
import { nobody } from './quick-apply.ts'

const options = JSON.parse(process.argv[2] ?? '') as Omit<AgentOptions, 'journal' | 'logins'>
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
await runAgent({ ...options, logins: nobody, journal: createJournal({ level: 'debug' }) }, stopping.signal)
