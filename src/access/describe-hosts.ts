/** A group of hosts -> the shortest words that tell which: a name, all of them, a label that they and no others have. */

import type { HostEndpoint } from '../policy/host-endpoint.ts'
import { compareNames } from '../policy/resource.ts'

export class HostNames {
  private readonly all: number
  /** By the hosts that have the label, as one text. */
  private readonly labels = new Map<string, string>()

  /** @param all hosts that there are @param revisions of which the first that has a label for the hosts gives it */
  constructor(all: number, revisions: readonly (readonly HostEndpoint[])[]) {
    this.all = all
    for (const endpoints of revisions)
      for (const [label, nodes] of nodesByLabel(endpoints)) {
        const key = keyOf([...nodes])
        if (!this.labels.has(key)) this.labels.set(key, label)
      }
  }

  /** @param hosts not empty */
  describe(hosts: readonly string[]): string {
    if (hosts.length === 1) return hosts[0] ?? ''
    if (hosts.length === this.all) return `all ${hosts.length} hosts`
    const label = this.labels.get(keyOf(hosts))
    if (label !== undefined) return `${hosts.length} hosts with ${label}`
    return hosts.length <= 3 ? hosts.join(', ') : `${hosts.length} hosts`
  }
}

function keyOf(hosts: readonly string[]): string {
  return [...hosts].sort(compareNames).join(' ')
}

/** In order of the labels. */
function nodesByLabel(endpoints: readonly HostEndpoint[]): readonly (readonly [string, ReadonlySet<string>])[] {
  const nodes = new Map<string, Set<string>>()
  for (const { node, labels } of endpoints)
    for (const [key, value] of labels) {
      const label = `${key} == '${value}'`
      nodes.set(label, (nodes.get(label) ?? new Set()).add(node))
    }
  return [...nodes].sort(([a], [b]) => compareNames(a, b))
}
