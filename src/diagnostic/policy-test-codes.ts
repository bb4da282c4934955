/** Diagnostic codes about policy tests. */

import { error, warning } from './code-entry.ts'

export const policyTestCodes = {
  'unknown-host': error(
    'A policy test names a host that no endpoint belongs to, so nothing there could be judged. The closest known name is suggested.',
  ),
  'vacuous-test': warning(
    'A policy test, or a part of it, describes no packet at all: nobody has the labels that it selects, the addresses are of two families, or nothing governs the interface. It would hold whatever the policies say.',
  ),
  'test-failed': error(
    'A case of a policy test does not hold: there is a packet that it describes and that meets another fate than it expects. The packet is named, with the line that decides about it; `rampart explain` walks it through the policy. An agent does not apply a revision whose tests of its host fail.',
  ),
} as const
