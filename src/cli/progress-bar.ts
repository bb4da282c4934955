/** A line on a terminal that says how far a long command has come. */

import type { CommandIo } from './command-io.ts'

export interface Progress {
  /** @param done of `of` things */
  show(done: number, of: number, what: string): void
  /** Takes the line away, so that other text may follow. */
  clear(): void
}

const width = 24
/** Often enough for the eye, seldom enough to cost nothing. */
const everyMs = 80

/** Draws nothing where standard error is no terminal, and nothing before there was something to wait for. */
export function createProgress(io: CommandIo, title: string): Progress {
  if (io.progress === 'silent') return { show: () => undefined, clear: () => undefined }
  let drawnAt = Date.now()
  let isDrawn = false
  return {
    show(done, of, what) {
      if (Date.now() - drawnAt < everyMs) return
      drawnAt = Date.now()
      isDrawn = true
      const filled = Math.round((done / Math.max(of, 1)) * width)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
      io.err(`\r\u001b[K${title} ${bar} ${done}/${of} ${what.slice(0, 40)}`)
    },
    clear() {
      if (isDrawn) io.err('\r\u001b[K')
      isDrawn = false
    },
  }
}
