/** A policy source whose answers are counted: a run that is held converges whether git answers or not. */

import { HostError, type HostErrorCode } from '../reconcile/host-error.ts'
import type { PolicySource } from '../reconcile/ports.ts'

export function countFetches(source: PolicySource, count: (result: 'ok' | HostErrorCode) => void): PolicySource {
  return {
    ...source,
    async fetch(signal, onNews) {
      try {
        const tip = await source.fetch(signal, onNews)
        count('ok')
        return tip
      } catch (error) {
        if (error instanceof HostError && error.code !== 'aborted') count(error.code)
        throw error
      }
    },
  }
}
