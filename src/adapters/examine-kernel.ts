/** What this kernel and this process can do, for the doctor: features are tried in a network namespace that lives as long as the trial. */

import type { FeatureTrial, KernelSettings, Reading, Rights } from '../host/host-readings.ts'
import { runCommand } from './command.ts'
import { readOptionalTextFile } from './files.ts'

const timeoutMs = 30_000

/** Unread where this process may not make a network namespace, or there is no nft. Nothing outside that namespace is touched. */
export async function tryKernelFeatures(signal: AbortSignal): Promise<Reading<readonly FeatureTrial[]>> {
  const namespace = await runCommand({ program: 'unshare', args: ['-n', 'nft', '--version'], timeoutMs, signal })
  if (namespace.exitCode !== 0) {
    const reason = `nft cannot run in a private network namespace (${firstLine(namespace.stderr)}): run doctor as root`
    return { type: 'unread', reason }
  }
  const trials: FeatureTrial[] = []
  for (const { feature, isVital, script } of features) {
    const tried = await runCommand({
      program: 'unshare',
      args: ['-n', 'nft', '-f', '-'],
      input: script,
      timeoutMs,
      signal,
    })
    trials.push({ feature, isVital, failure: tried.exitCode === 0 ? undefined : firstLine(tried.stderr) })
  }
  return { type: 'read', value: trials }
}

const inChain = (hook: string, rule: string): string =>
  `table inet trial { chain trial { type filter hook ${hook} priority 0; policy accept; ${rule}; }; }\n`

const features: readonly { readonly feature: string; readonly isVital: boolean; readonly script: string }[] = [
  { feature: 'nf_tables', isVital: true, script: inChain('input', 'tcp dport 22 accept') },
  { feature: 'connection tracking', isVital: true, script: inChain('input', 'ct state established,related accept') },
  {
    feature: 'sets of networks',
    isVital: true,
    script: 'table inet trial { set s { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 }; }; }\n',
  },
  {
    feature: 'sets of address, protocol and port',
    isVital: true,
    script:
      'table inet trial { set s { type ipv4_addr . inet_proto . inet_service; elements = { 192.0.2.1 . 6 . 80 }; }; }\n',
  },
  {
    feature: 'verdict maps',
    isVital: true,
    script: `table inet trial { map m { type ifname : verdict; elements = { "eth0" : drop }; }; chain trial { iifname vmap @m; }; }\n`,
  },
  {
    feature: 'counter maps',
    isVital: true,
    script:
      'table inet trial { counter c { }; map m { type inet_service : counter; elements = { 22 : "c" }; }; chain trial { counter name tcp dport map @m; }; }\n',
  },
  { feature: 'reject', isVital: false, script: inChain('input', 'reject') },
  { feature: 'log', isVital: false, script: inChain('input', 'limit rate 10/second log prefix "trial"') },
  { feature: 'notrack', isVital: false, script: inChain('prerouting', 'notrack') },
  { feature: 'route lookups', isVital: false, script: inChain('prerouting', 'fib saddr . iif oif missing drop') },
]

/** From /proc/self/status: the bits of CAP_NET_ADMIN (capabilities(7)). */
export async function readRights(proc = '/proc'): Promise<Reading<Rights>> {
  const text = (await readOptionalTextFile(`${proc}/self/status`)) ?? ''
  const effective = capabilityBit(text, 'CapEff')
  const bounding = capabilityBit(text, 'CapBnd')
  if (effective === undefined || bounding === undefined)
    return { type: 'unread', reason: `${proc}/self/status does not tell capabilities` }
  return { type: 'read', value: { isEffective: effective, isBounding: bounding } }
}

const netAdminBit = 12n

function capabilityBit(status: string, field: string): boolean | undefined {
  const bits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1]
  return bits === undefined ? undefined : ((BigInt(`0x${bits}`) >> netAdminBit) & 1n) === 1n
}

export async function readKernelSettings(proc = '/proc'): Promise<KernelSettings> {
  const number = async (path: string): Promise<number | undefined> => {
    const text = await readOptionalTextFile(`${proc}/sys/net/${path}`)
    return text === undefined ? undefined : Number(text.trim())
  }
  return {
    conntrackCount: await number('netfilter/nf_conntrack_count'),
    conntrackMax: await number('netfilter/nf_conntrack_max'),
    conntrackTcpLoose: await number('netfilter/nf_conntrack_tcp_loose'),
    bridgeCallsIptables: await number('bridge/bridge-nf-call-iptables'),
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}
