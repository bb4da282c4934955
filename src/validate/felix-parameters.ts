/** The parameters of FelixConfiguration that are not enforced here (behaviour.md section 8): ignored with a warning, or refused with the reason. */

import type { Description } from './describe-fault.ts'

interface Family {
  readonly names: RegExp
  readonly code: 'ignored-field' | 'unsupported-field'
  readonly why: string
}

const onHost = "the agent's own configuration on the host decides, so that a commit cannot"
const networking = 'it configures container networking, which rampart leaves alone'
const mechanics = 'it tunes iptables or ipsets, which are not used here'

const ignored = (names: RegExp, why: string): Family => ({ names, code: 'ignored-field', why })
const refused = (names: RegExp, why: string): Family => ({ names, code: 'unsupported-field', why })

/** The first that fits decides. */
const families: readonly Family[] = [
  ignored(/^(prometheus|health)/, onHost),
  ignored(/^(logSeverity|logFilePath|logDebug|debug)/, onHost),
  ignored(/^(nf|ip)tablesMangleAllowAction$/, 'what policies before DNAT allow goes on to the next stage in any case'),
  ignored(/^(nf|ip)tablesRefreshInterval$/, onHost),
  ignored(/^interfaceRefreshInterval$/, 'changes of interfaces are followed as they happen'),
  ignored(
    /^(iptablesPostWriteCheckInterval|iptablesLock|iptablesBackend|iptablesNATOutgoing|ipsetsRefreshInterval|maxIpsetSize)/,
    mechanics,
  ),
  ignored(
    /^(reporting|endpointReporting|endpointStatus|usageReporting|flowLogs)/,
    'nothing is reported to a datastore or to anybody else',
  ),
  ignored(
    /^(natOutgoing|natPortRange|deviceRoute|routeTable|removeExternalRoutes|route(Refresh|Sync)|programClusterRoutes)/,
    networking,
  ),
  ignored(
    /^(floatingIPs|serviceLoopPrevention|kubeNodePortRanges|mtu|externalNodesList|awsSrcDstCheck|localSubnets)/,
    networking,
  ),
  ignored(/^(ipv[46](Normal|Elevated)RoutePriority|netlinkTimeout|allowEncap|nat(Port|Outgoing))/, networking),
  ignored(/^xdpEnabled$/, 'there is no XDP acceleration here'),
  refused(/^(ipForwarding)$/, 'rampart never changes kernel settings; set net.ipv4.ip_forward with sysctl'),
  refused(/^workloadSourceSpoofing$/, 'workloads may send from their own addresses alone'),
  refused(/^(ipip|vxlan|wireguard|bpf|genericXDP|xdp)/, 'it chooses another data plane than nftables'),
  refused(/^nftablesFlowTableOffload$/, 'offloaded flows would pass by the policy'),
  refused(/^nodeSelector$/, 'settings are chosen by name only; use "default" or "node.<host>"'),
  refused(/^(metadata(Addr|Port)|openstackRegion)/, 'it belongs to OpenStack'),
  refused(
    /^(policySyncPathPrefix|istio|sidecarAcceleration)/,
    'it belongs to proxies beside workloads, which rampart does not have',
  ),
  refused(
    /^(dataplane|useInternalDataplaneDriver|datastoreType|etcd|typha|featureDetectOverride|featureGates|goGC|goM|goM|windows|cgroup|requireMTU)/,
    "it belongs to Calico's own plumbing",
  ),
]

/** Parameters that some value turns into what rampart does anyway; exported configuration often spells them out. */
const harmless: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ['ipForwarding', ['Disabled']],
  ['workloadSourceSpoofing', ['Disabled']],
  ['nftablesFlowTableOffload', ['Disabled']],
  ['genericXDPEnabled', [false]],
])

/** Undefined when there is no such parameter. */
export function findParameterRefusal(name: string, value: unknown): Description | undefined {
  const family = families.find(({ names }) => names.test(name))
  if (family === undefined) return undefined
  const isOff =
    harmless.get(name)?.includes(value) === true ||
    (/^(ipip|vxlan|wireguard|bpf)\w*Enabled\w*$/.test(name) && value === false)
  if (isOff || family.code === 'ignored-field') {
    return {
      code: 'ignored-field',
      message: `spec.${name} has no effect here: ${isOff ? 'it is off anyway' : family.why}`,
      mark: 'key',
    }
  }
  return { code: 'unsupported-field', message: `spec.${name} is refused: ${family.why}`, mark: 'key' }
}
