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
  const named = (name: string) => input.policySet.configurations.find((configuration) => configuration.name === name)
  const own = named(`node.${input.facts.node}`)
  const fleet = named('default')
  const preset = presets[input.failsafes](input.controlPorts)
  return {
    interfacePrefixes: own?.interfacePrefixes ?? fleet?.interfacePrefixes ?? ['cali'],
    failsafeInbound: own?.failsafeInbound ?? fleet?.failsafeInbound ?? preset.inbound,
    failsafeOutbound: own?.failsafeOutbound ?? fleet?.failsafeOutbound ?? preset.outbound,
  }
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
