/** The settings that hold for one host: `node.<name>` over `default` over what is built in, parameter by parameter (behaviour.md sections 5 and 8). */

import type { FailsafePreset } from '../host/agent-configuration.ts'
import { tcp, udp } from '../net/protocol.ts'
import type { Failsafe, FelixConfiguration } from '../policy/felix-configuration.ts'
import type { HostSettings } from '../policy/host-view.ts'

export interface SettingsInput {
  readonly policySet: { readonly configurations: readonly FelixConfiguration[] }
  readonly facts: { readonly node: string }
  readonly failsafes: FailsafePreset
  readonly controlPorts: readonly number[]
}

export function hostSettings(input: SettingsInput): HostSettings {
  const get = parameterReader(input)
  const preset = presets[input.failsafes](input.controlPorts)
  const limit = get('logActionRateLimit') ?? { count: 10, per: 'second' }
  return {
    interfacePrefixes: get('interfacePrefixes') ?? ['cali'],
    failsafeInbound: get('failsafeInbound') ?? preset.inbound,
    failsafeOutbound: get('failsafeOutbound') ?? preset.outbound,
    endpointToHostAction: get('defaultEndpointToHostAction') ?? 'Drop',
    dropsInvalid: get('disableConntrackInvalidCheck') !== true,
    families: get('ipv6Support') === false ? [4] : [4, 6],
    denyAction: get('filterDenyAction') ?? 'Drop',
    markBit: lowestBit(get('markMask') ?? 0xffff0000),
    position: get('insertMode') === 'Append' ? 'last' : 'first',
    logPrefix: get('logPrefix') ?? 'calico-packet',
    logLimit: { ...limit, burst: get('logActionRateLimitBurst') },
    allowsVxlanFromWorkloads: get('allowVXLANPacketsFromWorkloads') === true,
    allowsIpipFromWorkloads: get('allowIPIPPacketsFromWorkloads') === true,
  }
}

/** Interfaces that no endpoint is looked for on: names, and prefixes that end with `*`. */
export function excludedInterfaces(input: SettingsInput): readonly string[] {
  return parameterReader(input)('interfaceExclude') ?? ['kube-ipvs0']
}

/** The configuration that sets a parameter for the host, if any does. */
export function settingOrigin(
  input: Pick<SettingsInput, 'policySet' | 'facts'>,
  name: keyof FelixConfiguration,
): FelixConfiguration | undefined {
  return configurationsFor(input).find((configuration) => configuration[name] !== undefined)
}

type Reader = <Name extends keyof FelixConfiguration>(name: Name) => FelixConfiguration[Name] | undefined

function parameterReader(input: SettingsInput): Reader {
  const [first, second] = configurationsFor(input)
  return (name) => first?.[name] ?? second?.[name]
}

/** Of the host itself, then of the fleet. */
function configurationsFor({
  policySet,
  facts,
}: Pick<SettingsInput, 'policySet' | 'facts'>): readonly FelixConfiguration[] {
  const names = [`node.${facts.node}`, 'default']
  return names.flatMap((name) => policySet.configurations.find((configuration) => configuration.name === name) ?? [])
}

function lowestBit(mask: number): number {
  return (mask & -mask) >>> 0
}

interface Preset {
  readonly inbound: readonly Failsafe[]
  readonly outbound: readonly Failsafe[]
}

const open = (protocol: number, ports: readonly number[]): readonly Failsafe[] =>
  ports.map((port) => ({ protocol, port, net: undefined }))

const presets: Readonly<Record<FailsafePreset, (controlPorts: readonly number[]) => Preset>> = {
  /** FS-10: management, name resolution, DHCP, and the way to the repository. */
  minimal: (controlPorts) => ({
    inbound: [...open(tcp, [22]), ...open(udp, [68, 546])],
    outbound: [...open(udp, [53, 67, 547]), ...open(tcp, [53, ...new Set(controlPorts.filter((port) => port !== 53))])],
  }),
  /** FS-1 from Calico 3.15 on. */
  'calico-compat': () => ({
    inbound: [...open(tcp, [22]), ...open(udp, [68]), ...open(tcp, [179, 2379, 2380, 5473, 6443, 6666, 6667])],
    outbound: [...open(udp, [53, 67]), ...open(tcp, [179, 2379, 2380, 5473, 6443, 6666, 6667])],
  }),
}
