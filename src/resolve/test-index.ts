/** Which tests are about which host, and which addresses their selectors mean. */

import { effectiveLabels } from '../policy/effective-labels.ts'
import type { Peers } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { PolicyTest } from '../policy/policy-test.ts'
import type { Labels } from '../policy/resource.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { revisionIndexOf } from './revision-index.ts'

/** In the order of the tests. What the tests of one revision have in common is worked out once. */
export class TestIndex {
  private readonly policySet: PolicySet
  private labelsByNode: ReadonlyMap<string, readonly Labels[]> | undefined

  constructor(policySet: PolicySet) {
    this.policySet = policySet
  }

  testsOf(node: string): readonly PolicyTest[] {
    return this.policySet.tests.filter(({ hosts }) =>
      hosts.type === 'named'
        ? hosts.hosts.some((host) => host.node === node)
        : this.labelsOf(node).some((labels) => matchesSelector(hosts.selector, labels)),
    )
  }

  /** By canonical selector. */
  peers(): ReadonlyMap<string, Peers> {
    const selectors = this.policySet.tests.flatMap(({ cases }) =>
      cases.flatMap(({ source, destination, original }) =>
        [source, destination, original?.destination].flatMap((choice) =>
          (choice?.peers ?? []).flatMap(({ selector, notSelector }) =>
            [selector, notSelector].filter((one) => one !== undefined),
          ),
        ),
      ),
    )
    const { peers } = revisionIndexOf(this.policySet)
    const found = selectors.map((selector) => peers.peersOf(selector))
    return new Map(found.map((one) => [one.selector, one]))
  }

  private labelsOf(node: string): readonly Labels[] {
    this.labelsByNode ??= this.groupLabels()
    return this.labelsByNode.get(node) ?? []
  }

  private groupLabels(): ReadonlyMap<string, readonly Labels[]> {
    const { profiles } = revisionIndexOf(this.policySet).frame
    const grouped = new Map<string, Labels[]>()
    for (const endpoint of this.policySet.hostEndpoints) {
      const labels = effectiveLabels(endpoint, profiles)
      const own = grouped.get(endpoint.node)
      if (own === undefined) grouped.set(endpoint.node, [labels])
      else own.push(labels)
    }
    return grouped
  }
}
