/** The world of a run in memory: a git tip, a kernel that carries scripts out on the model, a state folder, a clock. */

import type { Flow, Route } from '../../src/flow/flow.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { printAddress } from '../../src/net/address.ts'
import type { HostError } from '../../src/reconcile/host-error.ts'
import type { LastGood } from '../../src/reconcile/ports.ts'
import type { RunPorts } from '../../src/reconcile/run.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { interpretScript } from './script-interpreter.ts'

export interface World {
  readonly ports: RunPorts
  /** The tip: path -> text. */
  files: Readonly<Record<string, string>>
  commit: string
  /** What the next fetch, load or save throws, once. */
  fetchFault: HostError | undefined
  loadFault: HostError | undefined
  saveFault: HostError | undefined
  live: Ruleset | undefined
  lastGood: LastGood | undefined
  facts: HostFacts
  /** Scripts that were loaded, oldest first. */
  readonly scripts: string[]
  /** Milliseconds of every wait. */
  readonly waits: number[]
  /** In connection tracking; and those that were ended. */
  flows: readonly Flow[]
  readonly ended: Flow[]
  /** By address. */
  routes: Readonly<Record<string, Route>>
  reads: number
}

export function createWorld(start: Partial<Pick<World, 'files' | 'live' | 'lastGood' | 'facts'>> = {}): World {
  const world: World = {
    files: start.files ?? {},
    commit: 'a'.repeat(40),
    fetchFault: undefined,
    loadFault: undefined,
    saveFault: undefined,
    live: start.live,
    lastGood: start.lastGood,
    facts: start.facts ?? { node: 'web-1', interfaces: [] },
    scripts: [],
    waits: [],
    flows: [],
    ended: [],
    routes: {},
    reads: 0,
    ports: {
      source: {
        async fetch() {
          throwOnce(world, 'fetchFault')
          const revision = { commit: world.commit, committedAt: new Date(0), subject: 'a change' }
          return { revision, files: Object.entries(world.files).map(([path, text]) => fileOf(path, text)) }
        },
      },
      kernel: {
        async read() {
          world.reads++
          return world.live
        },
        async load(script) {
          throwOnce(world, 'loadFault')
          world.scripts.push(script)
          world.live = interpretScript(world.live, script)
        },
        readCounters: async () => new Map(),
      },
      inspector: { read: async () => world.facts },
      store: {
        loadLastGood: async () => world.lastGood,
        async saveLastGood(lastGood) {
          throwOnce(world, 'saveFault')
          world.lastGood = lastGood
        },
      },
      connections: {
        list: async () => ({ flows: world.flows, unreadable: 0 }),
        end: async (ending) => end(world, ending),
      },
      routes: { find: async () => (address) => world.routes[printAddress(address)] },
      clock: { now: () => new Date(0), monotonicMs: () => 0, sleep: async (delayMs) => void world.waits.push(delayMs) },
      onActivation: () => {},
      onStage: () => {},
    },
  }
  return world
}

function end(world: World, ending: readonly Flow[]): number {
  world.ended.push(...ending)
  return ending.length
}

function fileOf(path: string, text: string): RepositoryFile {
  return { path, type: 'file', contentId: text, bytes: new TextEncoder().encode(text) }
}

function throwOnce(world: World, fault: 'fetchFault' | 'loadFault' | 'saveFault'): void {
  const error = world[fault]
  world[fault] = undefined
  if (error !== undefined) throw error
}
