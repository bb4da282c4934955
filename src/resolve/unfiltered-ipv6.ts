/** Warns where IPv6 is not filtered although the host is reached by it (behaviour.md section 8, ipv6Support). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { type Address, printAddress } from '../net/address.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { settingOrigin } from './host-settings.ts'

/** One warning at the configuration that says so; none on a host whose IPv6 addresses reach no further than a link. */
export function findUnfilteredIpv6(input: {
  readonly policySet: PolicySet
  readonly facts: HostFacts
}): readonly Diagnostic[] {
  const origin = settingOrigin(input, 'ipv6Support')
  if (origin?.ipv6Support !== false) return []
  for (const { name, addresses } of input.facts.interfaces) {
    const reached = addresses.find(({ address }) => isRoutable(address))
    if (reached === undefined) continue
    const message = `ipv6Support is false, but ${input.facts.node} has ${printAddress(reached.address)} on ${name}: all IPv6 traffic passes unfiltered, set it to true or remove the address`
    return [diagnose('unfiltered-ipv6', { message, span: origin.span })]
  }
  return []
}

/** Neither loopback (::1) nor link-local (fe80::/10). */
function isRoutable({ family, value }: Address): boolean {
  return family === 6 && value !== 1n && value >> 118n !== 0x3fan
}
