/** `status.json`: the agent's last word, for those who come when it is gone, and for the next agent. */

import { readOptionalTextFile, writeFileAtomically } from '../adapters/files.ts'
import type { Journal } from '../adapters/journal.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { reasonOf } from './log-events.ts'

export class StatusFile {
  private written: Promise<void> = Promise.resolve()
  private readonly path: string
  private readonly journal: Journal

  constructor(path: string, journal: Journal) {
    this.path = path
    this.journal = journal
  }

  /** One after the other, the newest last. Never rejects: a full disk is no reason to stop. */
  write(status: AgentStatus): Promise<void> {
    const text = `${JSON.stringify(status, null, 2)}\n`
    this.written = this.written
      .then(() => writeFileAtomically(this.path, text))
      .catch((error: unknown) => this.journal.error('status-unwritable', { file: this.path, reason: reasonOf(error) }))
    return this.written
  }

  /** One that cannot be read costs nothing but the past runs, and since when the revision is enforced. */
  async read(): Promise<Partial<AgentStatus> | undefined> {
    try {
      const text = await readOptionalTextFile(this.path)
      return text === undefined ? undefined : readStatus(text)
    } catch (error) {
      this.journal.warn('state-damaged', { file: this.path, reason: reasonOf(error) })
      return undefined
    }
  }
}

/** Of this version or an earlier one, which knew less. */
function readStatus(text: string): Partial<AgentStatus> {
  const status: unknown = JSON.parse(text)
  if (typeof status !== 'object' || status === null) throw new Error('it holds no status')
  return status
}
