/** A staged policy: evaluated beside the enforced ones, without changing a verdict (behaviour.md 1.10). */

import type { NetworkPolicy, PolicyContent } from './network-policy.ts'

export interface StagedPolicy extends PolicyContent {
  readonly kind: 'StagedGlobalNetworkPolicy' | 'StagedNetworkPolicy'
  /** What enforcing it would do: put it in the place of the policy of the same name, or delete that policy. */
  readonly stagedAction: 'Set' | 'Delete'
}

/** The policy that would be in force, the same object each time; undefined for a Delete. */
export function enforcedForm(staged: StagedPolicy): NetworkPolicy | undefined {
  if (staged.stagedAction === 'Delete') return undefined
  const form = forms.get(staged) ?? { ...staged, kind: enforcedKind[staged.kind] }
  forms.set(staged, form)
  return form
}

const forms = new WeakMap<StagedPolicy, NetworkPolicy>()

/** Whether the staged policy takes the place of this one, or takes it away. */
export function isTarget({ kind, namespace, name }: NetworkPolicy, staged: StagedPolicy): boolean {
  return kind === enforcedKind[staged.kind] && namespace === staged.namespace && name === staged.name
}

const enforcedKind: Readonly<Record<StagedPolicy['kind'], NetworkPolicy['kind']>> = {
  StagedGlobalNetworkPolicy: 'GlobalNetworkPolicy',
  StagedNetworkPolicy: 'NetworkPolicy',
}
