/** The key under which a host view holds what a list of port names stands for. */

import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'

/** Of one side of a rule: the names, the protocol if the rule has one, and the endpoints that the side selects (RM-32, RM-33). */
export interface NamedPortQuery {
  readonly names: readonly string[]
  readonly protocol: number | undefined
  readonly selector: Selector | undefined
}

/** Equal queries have equal keys, whatever the order of their names. */
export function namedPortKey({ names, protocol, selector }: NamedPortQuery): string {
  const where = selector === undefined ? '' : ` of ${printSelector(selector)}`
  return `${[...new Set(names)].sort().join(',')} ${protocol ?? 'any'}${where}`
}
