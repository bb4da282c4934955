/** Warns of Pass rules for forwarded packets behind which no policy follows (behaviour.md EV-21). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { compareNames } from '../policy/resource.ts'
import type { Tier } from '../policy/tier.ts'
import { directions } from './placed-rules.ts'
import { type Survey, stageOf } from './survey.ts'

/** One warning a rule. Profiles are not asked about forwarded packets, so what the last tier passes is let through. */
export function findForwardPasses({ policySet: { policies, tiers } }: Survey): readonly Diagnostic[] {
  const forward = policies.filter((policy) => policy.applyOnForward && stageOf(policy) === 'normal')
  const place = new Map([...tiers].sort(compareTiers).map(({ name }, index) => [name, index]))
  const placeOf = (policy: NetworkPolicy): number => place.get(policy.tier) ?? -1
  return directions.flatMap((direction) => {
    const concerned = forward.filter(({ types }) => types.has(direction))
    const last = concerned.reduce((latest, policy) => Math.max(latest, placeOf(policy)), -1)
    return concerned
      .filter((policy) => placeOf(policy) === last)
      .flatMap((policy) => policy[direction])
      .filter(({ action }) => action === 'Pass')
      .map(({ span }) => {
        const message =
          'Pass lets forwarded packets through here, since no tier with forward policies follows: write Allow or Deny'
        return diagnose('forward-pass', { message, span })
      })
  })
}

function compareTiers(a: Tier, b: Tier): number {
  // two tiers without an order differ by NaN
  return a.order - b.order || compareNames(a.name, b.name)
}
