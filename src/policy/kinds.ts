/** Every kind of document that concerns us: those that are enforced, those that are refused and why. */

export const calicoVersion = 'projectcalico.org/v3'
const rampartVersion = 'rampart/v1'

export type PolicyKind =
  | 'FelixConfiguration'
  | 'GlobalNetworkPolicy'
  | 'GlobalNetworkSet'
  | 'HostEndpoint'
  | 'NetworkPolicy'
  | 'NetworkSet'
  | 'PolicyTest'
  | 'Profile'
  | 'StagedGlobalNetworkPolicy'
  | 'StagedNetworkPolicy'
  | 'Tier'
  | 'WorkloadEndpoint'

export const policyKinds: readonly PolicyKind[] = [
  'FelixConfiguration',
  'GlobalNetworkPolicy',
  'GlobalNetworkSet',
  'HostEndpoint',
  'NetworkPolicy',
  'NetworkSet',
  'PolicyTest',
  'Profile',
  'StagedGlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'Tier',
  'WorkloadEndpoint',
]

/** Kinds of which every document belongs to a namespace. */
const namespacedKinds: ReadonlySet<string> = new Set([
  'NetworkPolicy',
  'NetworkSet',
  'StagedNetworkPolicy',
  'WorkloadEndpoint',
])

/** Kinds that exist and are refused: why, as the second half of a sentence. */
export const refusedKinds: ReadonlyMap<string, string> = new Map([
  [
    'AgentConfiguration',
    'it belongs on the host, as /etc/rampart/agent.yaml, because a commit must not configure agents',
  ],
  ...['BGPConfiguration', 'BGPPeer', 'BGPFilter', 'BGPNodeStatus'].map((kind): [string, string] => [
    kind,
    'it configures routing, which rampart leaves alone; remove the document',
  ]),
  ...['IPPool', 'IPAMConfig', 'IPAMConfiguration', 'IPAMBlock', 'IPAMHandle', 'IPReservation', 'BlockAffinity'].map(
    (kind): [string, string] => [
      kind,
      'it manages the addresses of containers, which rampart leaves alone; remove the document',
    ],
  ),
  ...['Node', 'CalicoNodeStatus', 'ClusterInformation', 'KubeControllersConfiguration'].map(
    (kind): [string, string] => [
      kind,
      "it belongs to a Kubernetes cluster or to Calico's own control plane; remove the document",
    ],
  ),
  ['StagedKubernetesNetworkPolicy', 'it needs a Kubernetes cluster; remove the document'],
])

/** Kinds by which a document is recognised as ours whatever its apiVersion says (interface.md section 1). */
const recognisedKinds: ReadonlySet<string> = new Set([...policyKinds, 'AgentConfiguration'])

export function isPolicyKind(kind: string): kind is PolicyKind {
  return policyKinds.some((known) => known === kind)
}

export function isNamespacedKind(kind: string): boolean {
  return namespacedKinds.has(kind)
}

export function isRecognisedKind(kind: string): boolean {
  return recognisedKinds.has(kind)
}

/** The version in which documents of the kind are read. */
export function versionOf(kind: string): string {
  return kind === 'PolicyTest' || kind === 'AgentConfiguration' ? rampartVersion : calicoVersion
}
