/** This host's interfaces, read again only when one may have changed since: a run that finds nothing new starts no program for them. */

import type { HostFacts } from '../host/host-facts.ts'
import type { HostInspector } from '../reconcile/ports.ts'

/** @param heard the same number as long as nothing has changed; undefined while nobody can say so: then they are read */
export function keepFacts(inspector: HostInspector, heard: () => number | undefined): HostInspector {
  let kept: { readonly facts: HostFacts; readonly heard: number } | undefined
  return {
    async read(node, signal) {
      const before = heard()
      if (kept !== undefined && kept.heard === before && kept.facts.node === node) return kept.facts
      const facts = await inspector.read(node, signal)
      // what changed while they were read may be missing in them: it is heard of, and the next to ask reads them again
      kept = before === undefined ? undefined : { facts, heard: before }
      return facts
    },
  }
}
