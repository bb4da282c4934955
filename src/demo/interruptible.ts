/** Turns the signals that end a program at a terminal into an abort, so that there is time to clean up. */

export interface Interruptible {
  /** Aborts at SIGINT, SIGTERM, SIGHUP, or with the outer signal. */
  readonly signal: AbortSignal
  /** Gives the three signals their usual effect back. Until then a second Ctrl-C does not cut the clean-up short. */
  release(): void
}

const endings: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export function interruptible(outer: AbortSignal): Interruptible {
  const abort = new AbortController()
  const onSignal = () => abort.abort()
  for (const ending of endings) process.on(ending, onSignal)
  return {
    signal: AbortSignal.any([outer, abort.signal]),
    release: () => {
      for (const ending of endings) process.off(ending, onSignal)
    },
  }
}
