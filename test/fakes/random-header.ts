/** Random packets inside a set and at its borders. */

import { bitsOf } from '../../src/packet-set/fields.ts'
import { memberOf, type PacketHeader, type Wish } from '../../src/packet-set/member.ts'
import type { PacketSet, PacketSets } from '../../src/packet-set/packet-sets.ts'
import type { Dice } from './dice.ts'

export interface HeaderRequest {
  readonly set: PacketSet
  readonly isRewritten: boolean
}

/** Undefined when the set has no packet that can be. */
export function randomHeader(dice: Dice, sets: PacketSets, request: HeaderRequest): PacketHeader | undefined {
  return memberOf(sets, { ...request, wish: randomWish(dice) })
}

/** In each field random bits down to a random depth, and below it the first or the last value that there is. */
function randomWish(dice: Dice): Wish {
  return (field, family) => {
    const { width } = bitsOf(field, family)
    const depth = dice.pick([0, dice.below(width + 1), width])
    const rest = dice.chance(0.5) ? '0' : '1'
    const bits = Array.from({ length: width }, (_, at) => (at < depth ? String(dice.below(2)) : rest))
    return BigInt(`0b${bits.join('')}`)
  }
}
