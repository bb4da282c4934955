/** Reads one policy document: its structure by the schema of its kind, then what the schema cannot say. */

import type { Checked, Diagnostic } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import type { FelixConfiguration } from '../policy/felix-configuration.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicyKind } from '../policy/kinds.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { NetworkSet } from '../policy/network-set.ts'
import type { PolicyTest } from '../policy/policy-test.ts'
import type { Profile } from '../policy/profile.ts'
import type { StagedPolicy } from '../policy/staged-policy.ts'
import type { Tier } from '../policy/tier.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import { validators } from '../schema/validators.js'
import { checkStructure } from './check-structure.ts'
import { readFelixConfiguration } from './read-felix-configuration.ts'
import { readHostEndpoint } from './read-host-endpoint.ts'
import { readNetworkPolicy } from './read-network-policy.ts'
import { readNetworkSet } from './read-network-set.ts'
import { readPolicyTest } from './read-policy-test.ts'
import { readProfile } from './read-profile.ts'
import { readStagedPolicy } from './read-staged-policy.ts'
import { readTier } from './read-tier.ts'
import { readWorkloadEndpoint } from './read-workload-endpoint.ts'
import { type Subject, subjectOf } from './subject.ts'

export type PolicyResource =
  | FelixConfiguration
  | HostEndpoint
  | NetworkPolicy
  | NetworkSet
  | PolicyTest
  | Profile
  | StagedPolicy
  | Tier
  | WorkloadEndpoint

/** Undefined without usable metadata or spec, and for what has no effect; whole only without errors. */
export function readResource(document: LocatedDocument, kind: PolicyKind): Checked<PolicyResource | undefined> {
  const structure = checkStructure(document, kind, validators[kind])
  const diagnostics: Diagnostic[] = [...structure.diagnostics]
  const found = { unsound: structure.unsound, diagnostics }
  const hasParts = isMapping(document.value) && isMapping(document.value.metadata) && isMapping(document.value.spec)
  if (!hasParts) return { value: undefined, diagnostics }
  return { value: readByKind(kind, <Value>() => subjectOf(document, document.value as Value, found)), diagnostics }
}

/** The schema of the kind is what gives the value its type. */
function readByKind(kind: PolicyKind, subject: <Value>() => Subject<Value>): PolicyResource | undefined {
  switch (kind) {
    case 'FelixConfiguration':
      return readFelixConfiguration(subject())
    case 'GlobalNetworkPolicy':
    case 'NetworkPolicy':
      return readNetworkPolicy(subject(), kind)
    case 'GlobalNetworkSet':
    case 'NetworkSet':
      return readNetworkSet(subject(), kind)
    case 'HostEndpoint':
      return readHostEndpoint(subject())
    case 'PolicyTest':
      return readPolicyTest(subject())
    case 'Profile':
      return readProfile(subject())
    case 'StagedGlobalNetworkPolicy':
    case 'StagedNetworkPolicy':
      return readStagedPolicy(subject(), kind)
    case 'Tier':
      return readTier(subject())
    case 'WorkloadEndpoint':
      return readWorkloadEndpoint(subject())
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
