/** The difference in access between two revisions, in words. */

export interface AccessDifference {
  /** How many hosts were compared. */
  readonly hosts: number
  /** Those with the same hosts one after the other, the most hosts first. */
  readonly flows: readonly FlowDifference[]
  readonly notes: readonly DifferenceNote[]
}

export interface FlowDifference {
  readonly effect: 'gains' | 'loses'
  /** In name order, never empty. */
  readonly hosts: readonly string[]
  /** `web-1`, `all 3 hosts`, `2 hosts with role == 'web'`. */
  readonly hostsText: string
  /** `received on eth0`, `sent by eth0`, `forwarded from eth0 to eth1`. */
  readonly way: string
  /** One product of packets each, never empty: `tcp 443 from office`. */
  readonly packets: readonly string[]
  readonly before: Reason
  readonly after: Reason
  /** Ports among the packets by which hosts are managed: `ssh (tcp 22)`. */
  readonly management: readonly string[]
}

export interface Reason {
  readonly verdict: 'allow' | 'deny'
  /** `GlobalNetworkPolicy/web ingress[0]`, or words: `no policy allows it`. */
  readonly text: string
  /** Undefined for what no line of a document says. */
  readonly place: { readonly file: string; readonly line: number } | undefined
}

export interface DifferenceNote {
  readonly type:
    | 'host-appears'
    | 'host-vanishes'
    | 'becomes-default-deny'
    | 'becomes-unpoliced'
    | 'invalid-state'
    | 'endpoint-moves'
    /** What is open ends at another moment than before. */
    | 'end-changes'
    | 'selects-nothing'
  readonly text: string
  /** In name order; empty when it is about no host. */
  readonly hosts: readonly string[]
  readonly place: { readonly file: string; readonly line: number } | undefined
}

/** Whether no host would treat any packet otherwise: notes of the last two kinds say nothing of that. */
export function isSameAccess({ flows, notes }: AccessDifference): boolean {
  return flows.length === 0 && notes.every(({ type }) => type === 'selects-nothing' || type === 'endpoint-moves')
}
