/** Whether two rules can match one packet, by what they plainly say: families, protocols, networks, ports, ICMP types. */

import { type Cidr, cidrInterval } from '../net/cidr.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'

/** True when it cannot be told: selectors, names of ports and negations are not looked into. */
export function canOverlap(a: PolicyRule, b: PolicyRule): boolean {
  return (
    canBeEqual(a.ipVersion, b.ipVersion) &&
    canBeEqual(a.protocol, b.protocol) &&
    canBeEqual(a.icmp?.type, b.icmp?.type) &&
    sidesOverlap(a.source, b.source) &&
    sidesOverlap(a.destination, b.destination)
  )
}

function canBeEqual(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || a === b
}

function sidesOverlap(a: EntityRule, b: EntityRule): boolean {
  return someMeet(a.nets, b.nets, networksMeet) && someMeet(portsOf(a), portsOf(b), rangesMeet)
}

/** Undefined: any, or some that only names tell. */
function portsOf({ ports, namedPorts }: EntityRule): EntityRule['ports'] {
  return namedPorts === undefined ? ports : undefined
}

function someMeet<T>(
  a: readonly T[] | undefined,
  b: readonly T[] | undefined,
  meet: (one: T, other: T) => boolean,
): boolean {
  return a === undefined || b === undefined || a.some((one) => b.some((other) => meet(one, other)))
}

function networksMeet(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && rangesMeet(cidrInterval(a), cidrInterval(b))
}

function rangesMeet<T extends number | bigint>(
  a: { readonly from: T; readonly to: T },
  b: { readonly from: T; readonly to: T },
): boolean {
  return a.from <= b.to && b.from <= a.to
}
