/** The kernel: what it can do, whether we may ask it to, and its settings that change what a firewall means. */

import type { FeatureTrial, HostReadings, KernelSettings, Reading, Rights } from '../host/host-readings.ts'
import { type Check, notChecked, ok, problem, warning, whenRead } from './check.ts'

export function checkFeatures(features: Reading<readonly FeatureTrial[]>): readonly Check[] {
  return whenRead('kernel', features, (trials) => {
    const failed = trials.filter((trial) => trial.failure !== undefined)
    if (failed.length === 0) return [ok('kernel', trials.map(({ feature }) => feature).join(', '))]
    return failed.map(({ feature, isVital, failure }) =>
      isVital
        ? problem('kernel', `no ${feature}: ${failure}`, 'use a kernel with nf_tables and its modules')
        : warning('kernel', `no ${feature}: ${failure}`, 'load its module, or do without the policies that need it'),
    )
  })
}

export function checkRights(rights: Reading<Rights>): readonly Check[] {
  const name = 'capability'
  return whenRead(name, rights, ({ isEffective, isBounding }) => {
    if (isEffective) return [ok(name, 'CAP_NET_ADMIN is effective here')]
    if (isBounding)
      return [notChecked(name, 'this user has no CAP_NET_ADMIN; the agent gets it from its unit: run doctor as root')]
    return [
      problem(name, 'CAP_NET_ADMIN is out of reach for everything that is started here', 'give it to this container'),
    ]
  })
}

export function checkSettings({
  settings,
  interfaces,
}: Pick<HostReadings, 'settings' | 'interfaces'>): readonly Check[] {
  const ports = interfaces.type === 'read' ? interfaces.value.filter((link) => link.master !== undefined) : []
  return [...checkTableFill(settings), ...checkPickup(settings), ...checkBridges(settings, ports.length)]
}

const fullShare = 0.95
const fillingShare = 0.8

function checkTableFill({ conntrackCount: count, conntrackMax: most }: KernelSettings): readonly Check[] {
  const name = 'conntrack table'
  if (count === undefined || most === undefined || most === 0)
    return [notChecked(name, 'connection tracking is not loaded yet')]
  const finding = `${count} of ${most} connections`
  const advice = 'raise net.netfilter.nf_conntrack_max: when it is full, new connections are dropped'
  if (count >= most * fullShare) return [problem(name, finding, advice)]
  return [count >= most * fillingShare ? warning(name, finding, advice) : ok(name, finding)]
}

function checkPickup({ conntrackTcpLoose: loose }: KernelSettings): readonly Check[] {
  const name = 'conntrack pickup'
  if (loose === undefined) return []
  return [
    ok(
      name,
      loose === 0
        ? 'nf_conntrack_tcp_loose=0: TCP connections that the kernel forgot are dropped as invalid'
        : 'nf_conntrack_tcp_loose=1: TCP connections that the kernel forgot are judged by policy as new ones',
    ),
  ]
}

function checkBridges({ bridgeCallsIptables }: KernelSettings, ports: number): readonly Check[] {
  const name = 'bridged traffic'
  if (ports === 0) return []
  if (bridgeCallsIptables !== 1)
    return [ok(name, 'passes between the ports of a bridge unfiltered; only routed packets are judged')]
  return [
    warning(
      name,
      'br_netfilter sends packets between the ports of a bridge through our table, too, as forwarded on the bridge',
      'set net.bridge.bridge-nf-call-iptables and -ip6tables to 0, unless you want that',
    ),
  ]
}
