/**
 * This host between an outside and an inside, with a workload, and real connections through it. It runs in the namespace
 * of the test.
 *
 *   outside 192.0.2.1 --- eth0 [192.0.2.10 10.0.0.1] eth1 --- inside 10.0.0.5
 *                                     cali1 --- workload 10.65.0.2
 */

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { systemConnections } from '../../src/adapters/conntrack.ts'
import { openKernel } from '../../src/adapters/nft.ts'
import { systemRoutes } from '../../src/adapters/routes.ts'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import type { Trigger } from '../../src/reconcile/outcome.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import { plugIn } from '../fakes/cables.ts'
import { Namespaces } from '../fakes/kernel.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld } from '../fakes/run-ports.ts'
import { Talker } from '../fakes/talker.ts'
import { type Allowed, livePolicies } from './live-policies.ts'

export const hostAddress = { 4: '192.0.2.10', 6: '2001:db8:2::10' } as const
export const outsideAddress = { 4: '192.0.2.1', 6: '2001:db8:2::1' } as const
export const insideAddress = { 4: '10.0.0.5', 6: '2001:db8:10::5' } as const

const rewriting = `table ip elsewhere {
  chain arriving {
    type nat hook prerouting priority dstnat;
    iifname "eth0" tcp dport 5001 dnat to 10.0.0.5:7005
  }
}
`

export class LiveLab {
  readonly #namespaces = new Namespaces()
  readonly #world = createWorld()
  #memory: Memory = emptyMemory
  readonly host: Talker
  readonly outside: Talker
  readonly inside: Talker
  readonly workload: Talker

  constructor() {
    const plug = (name: string, ours: readonly string[], theirs: readonly string[]): Talker => {
      const gateways = ours.map((address) => address.replace(/\/.*/, ''))
      return new Talker(plugIn(this.#namespaces, { name, ours, theirs, gateways }))
    }
    this.outside = plug('eth0', ['192.0.2.10/24', '2001:db8:2::10/64'], ['192.0.2.1/24', '2001:db8:2::1/64'])
    this.inside = plug('eth1', ['10.0.0.1/24', '2001:db8:10::1/64'], ['10.0.0.5/24', '2001:db8:10::5/64'])
    this.workload = plug('cali1', ['10.65.0.1/24'], ['10.65.0.2/24'])
    this.host = new Talker()
    for (const setting of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding'])
      writeFileSync(`/proc/sys/net/${setting}`, '1')
    execFileSync('nft', ['-f', '-'], { input: rewriting })
  }

  /** One run after a commit that says so. */
  async apply(allowed: Allowed, endsDeniedConnections: boolean): Promise<RunReport> {
    this.#world.files = livePolicies(allowed)
    this.#world.commit = `${Number(this.#world.commit.slice(0, 4)) + 1 || 1}`.padEnd(40, '0')
    return this.run('webhook', endsDeniedConnections)
  }

  async run(trigger: Trigger, endsDeniedConnections: boolean): Promise<RunReport> {
    const { ports } = this.#world
    const real = { ...ports, kernel: openKernel(), connections: systemConnections, routes: systemRoutes }
    const apply = { ...quickApply, endsDeniedConnections }
    const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], allowed: [], apply } as const
    const signal = new AbortController().signal
    const report = await run(real, settings, { triggers: [trigger], memory: this.#memory, signal })
    this.#memory = report.memory
    return report
  }

  remove(): void {
    for (const one of [this.host, this.outside, this.inside, this.workload]) one.leave()
    this.#namespaces.remove()
  }
}

export function nft(...args: readonly string[]): string {
  return execFileSync('nft', args, { encoding: 'utf8' })
}

/** What connection tracking knows of a port. */
export function tracked(port: number): string {
  const list = (family: string) =>
    execFileSync('conntrack', ['-L', '-f', family], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return `${list('ipv4')}${list('ipv6')}`
    .split('\n')
    .filter((line) => line.includes(`dport=${port} `))
    .join('\n')
}
