/** What the doctor reads of a host where all is well. */

import type { AgentConfiguration } from '../../src/host/agent-configuration.ts'
import type { HostReadings } from '../../src/host/host-readings.ts'
import { configure } from './git-lab.ts'
import { quickApply } from './quick-apply.ts'

const configuration: AgentConfiguration = {
  node: 'gw-1',
  repository: configure('https://git.example.org/net/firewall.git'),
  trust: undefined,
  schedule: '* * * * *',
  splayMs: 0,
  webhook: undefined,
  apply: quickApply,
  failsafes: 'minimal',
  driftIntervalMs: 180_000,
  observe: undefined,
  logLevel: 'info',
  stateDir: '/var/lib/rampart',
}

const revision = {
  commit: 'a'.repeat(40),
  subject: 'open https',
  committedAt: new Date('2030-01-01T00:00:00Z'),
  allows: [],
}
const gibibyte = 1024 ** 3

export function healthyHost(changes: Partial<HostReadings> = {}): HostReadings {
  return {
    configuration: { type: 'valid', path: '/etc/rampart/agent.yaml', configuration },
    programs: [
      { program: 'nft', version: '1.0.6' },
      { program: 'ip', version: '6.1.0' },
      { program: 'git', version: '2.39.5' },
    ],
    features: { type: 'read', value: [{ feature: 'nf_tables', isVital: true, failure: undefined }] },
    rights: { type: 'read', value: { isEffective: true, isBounding: true } },
    account: { uid: 990, gid: 980 },
    state: {
      path: '/var/lib/rampart',
      folder: {
        type: 'read',
        value: {
          uid: 990,
          gid: 980,
          mode: 0o700,
          isFolder: true,
          isReadOnly: false,
          freeBytes: 20 * gibibyte,
          freeInodes: 100_000,
        },
      },
    },
    credentials: [],
    lastGood: {
      path: '/var/lib/rampart/last-good.nft',
      content: {
        type: 'read',
        value: {
          revision,
          governed: [{ endpoint: 'gw-1-eth0', interfaceName: 'eth0' }],
          failure: { type: 'read', value: undefined },
        },
      },
    },
    agent: { type: 'read', value: { program: '0.1.0', outcome: 'converged', message: 'in sync' } },
    units: { type: 'read', value: { agent: 'enabled', boot: 'enabled', nftables: 'disabled', flushesRuleset: false } },
    foreignChains: { type: 'read', value: [] },
    legacyTables: { type: 'read', value: [] },
    interfaces: { type: 'read', value: [{ name: 'eth0', addresses: [], up: true, master: undefined }] },
    settings: { conntrackCount: 10, conntrackMax: 1000, conntrackTcpLoose: 1, bridgeCallsIptables: undefined },
    clock: { now: new Date('2030-01-02T00:00:00Z'), isSynchronized: { type: 'read', value: true } },
    remote: {
      type: 'read',
      name: 'https://git.example.org/net/firewall.git',
      lookup: { host: 'git.example.org', failure: undefined },
      tip: { type: 'tip', commit: 'b'.repeat(40) },
    },
    ...changes,
  }
}
