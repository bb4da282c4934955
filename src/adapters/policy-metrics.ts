/** What the kernel counted for policies and endpoints, as metrics. */

import type { Registry } from 'prom-client'
import { counter } from './metric-factory.ts'

/** What the kernel counted; the totals only grow while a counter lives. */
export interface CounterSamples {
  readonly policies: readonly PolicyCounterSample[]
  readonly denied: readonly DeniedCounterSample[]
  readonly staged: readonly StagedCounterSample[]
}

/** One line of a policy or profile. Samples with equal labels are added up. */
export interface PolicyCounterSample {
  /** `GlobalNetworkPolicy` and so on. */
  readonly kind: string
  /** '' for a global kind. */
  readonly namespace: string
  readonly name: string
  readonly direction: 'ingress' | 'egress'
  /** Its place in the list of rules, from 0. */
  readonly rule: number
  /** `Allow`, `Deny`, `Pass` or `Log`. */
  readonly action: string
  readonly packets: number
  readonly bytes: number
}

/** What an endpoint dropped because no rule of it allowed the packet. */
export interface DeniedCounterSample {
  readonly endpoint: string
  readonly direction: 'ingress' | 'egress'
  readonly packets: number
}

/** Packets that a list would have treated otherwise with the staged policy in force. */
export interface StagedCounterSample extends Pick<PolicyCounterSample, 'kind' | 'namespace' | 'name' | 'direction'> {
  readonly outcome: 'denied' | 'allowed'
  readonly packets: number
}

export const noSamples: CounterSamples = { policies: [], denied: [], staged: [] }

/** Gives what shows other samples in the place of those before. */
export function createPolicyMetrics(registry: Registry): (samples: CounterSamples) => void {
  const labels = ['kind', 'namespace', 'name', 'direction', 'rule', 'action']
  const packets = counter(registry, { name: 'policy_packets_total', help: 'Packets that a rule decided', labels })
  const bytes = counter(registry, {
    name: 'policy_bytes_total',
    help: 'Bytes of the packets that a rule decided',
    labels,
  })
  const denied = counter(registry, {
    name: 'endpoint_denied_packets_total',
    help: 'Packets that no rule of the endpoint allowed',
    labels: ['endpoint', 'direction'],
  })
  const staged = counter(registry, {
    name: 'staged_policy_packets_total',
    help: 'Packets that a list would have denied or allowed with the staged policy in force',
    labels: ['kind', 'namespace', 'name', 'direction', 'outcome'],
  })
  return (samples) => {
    for (const metric of [packets, bytes, denied, staged]) metric.reset()
    for (const { packets: packetCount, bytes: byteCount, ...rule } of samples.policies) {
      packets.inc({ ...rule }, packetCount)
      bytes.inc({ ...rule }, byteCount)
    }
    for (const { packets: packetCount, ...endpoint } of samples.denied) denied.inc({ ...endpoint }, packetCount)
    for (const { packets: packetCount, ...policy } of samples.staged) staged.inc({ ...policy }, packetCount)
  }
}
