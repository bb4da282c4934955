/** Reads one policy document: its structure by the schema of its kind, then what the schema cannot say. */

import type { Checked, Diagnostic } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import type { FelixConfiguration } from '../policy/felix-configuration.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicyKind } from '../policy/kinds.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { NetworkSet } from '../policy/network-set.ts'
import type { Profile } from '../policy/profile.ts'
import { validators } from '../schema/validators.js'
import { checkStructure } from './check-structure.ts'
import { readFelixConfiguration } from './read-felix-configuration.ts'
import { readHostEndpoint } from './read-host-endpoint.ts'
import { readNetworkPolicy } from './read-network-policy.ts'
import { readNetworkSet } from './read-network-set.ts'
import { readProfile } from './read-profile.ts'
import { type Subject, subjectOf } from './subject.ts'

export type PolicyResource = HostEndpoint | NetworkPolicy | NetworkSet | Profile | FelixConfiguration

/** Undefined without usable metadata or spec; whole only without errors. */
export function readResource(document: LocatedDocument, kind: PolicyKind): Checked<PolicyResource | undefined> {
  const structure = checkStructure(document, kind, validators[kind])
  const diagnostics: Diagnostic[] = [...structure.diagnostics]
  const found = { unsound: structure.unsound, diagnostics }
  const hasParts = isMapping(document.value) && isMapping(document.value.metadata) && isMapping(document.value.spec)
  if (!hasParts) return { value: undefined, diagnostics }
  return { value: readByKind(kind, <Value>() => subjectOf(document, document.value as Value, found)), diagnostics }
}

/** The schema of the kind is what gives the value its type. */
function readByKind(kind: PolicyKind, subject: <Value>() => Subject<Value>): PolicyResource {
  switch (kind) {
    case 'HostEndpoint':
      return readHostEndpoint(subject())
    case 'GlobalNetworkPolicy':
      return readNetworkPolicy(subject())
    case 'GlobalNetworkSet':
      return readNetworkSet(subject())
    case 'Profile':
      return readProfile(subject())
    case 'FelixConfiguration':
      return readFelixConfiguration(subject())
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
