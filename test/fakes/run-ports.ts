/** The world of a run in memory: a git tip, a kernel that carries scripts out on the model, a state folder, a clock. */

import { printProbe } from '../../src/host/apply-configuration.ts'
import { printAddress } from '../../src/net/address.ts'
import type { Kernel, Safeguard } from '../../src/reconcile/ports.ts'
import type { RunPorts } from '../../src/reconcile/run-context.ts'
import { listParts } from './list-parts.ts'
import { revisionFiles } from './revision-files.ts'
import { interpretScript } from './script-interpreter.ts'
import type { World } from './world.ts'

export type { World }

const noFault = {
  fetchFault: undefined,
  loadFault: undefined,
  saveFault: undefined,
  armFault: undefined,
  keepFault: undefined,
}
const someFile = { path: '', inode: 0n, modifiedNs: 0n, sizeBytes: 0n }
const noChange = { armed: undefined, next: undefined, standing: 'confirmed', leftover: undefined } as const
const silent = { onSleep: () => {}, onLoad: () => {} }

export function createWorld(start: Partial<Pick<World, 'files' | 'live' | 'lastGood' | 'facts'>> = {}): World {
  const world: World = {
    files: start.files ?? {},
    commit: 'a'.repeat(40),
    clone: {},
    recalls: [],
    verification: { type: 'unchecked' },
    bases: [],
    allows: [],
    ...noFault,
    live: start.live,
    fillsChains: false,
    lastGood: start.lastGood,
    setAside: undefined,
    history: [],
    hold: undefined,
    facts: start.facts ?? { node: 'web-1', interfaces: [] },
    logins: [],
    probe: () => undefined,
    ...noChange,
    linked: [],
    timeouts: [],
    nowMs: 0,
    ...silent,
    ...{ scripts: [], prepared: [] },
    applied: [],
    pending: [],
    unconfirmed: [],
    probed: [],
    waits: [],
    flows: [],
    ended: [],
    routes: {},
    reads: 0,
    ports: {
      ...policyPorts(() => world),
      ...carefulPorts(() => world),
      ...connectionPorts(() => world),
      clock: {
        now: () => new Date(world.nowMs),
        monotonicMs: () => world.nowMs,
        async sleep(delayMs) {
          world.waits.push(delayMs)
          world.nowMs += delayMs
          world.onSleep()
        },
      },
    },
  }
  return world
}

function policyPorts(
  of: () => World,
): Pick<RunPorts, 'source' | 'trust' | 'kernel' | 'inspector' | 'store' | 'onStage'> {
  return {
    source: {
      async fetch() {
        const world = of()
        throwOnce(world, 'fetchFault')
        return revisionFiles(world.commit, world.files, world.allows)
      },
      async recall(commit, reach) {
        const world = of()
        world.recalls.push(reach)
        const files = commit === world.commit ? world.files : world.clone[commit]
        return files === undefined ? undefined : revisionFiles(commit, files, [])
      },
    },
    trust: {
      async judge({ base }) {
        of().bases.push(base)
        return of().verification
      },
    },
    kernel: fakeKernel(of),
    inspector: { read: async () => of().facts },
    store: {
      async loadLastGood() {
        const { lastGood } = of()
        return lastGood && { ...lastGood, file: someFile }
      },
      async saveLastGood({ revision, script, file }) {
        throwOnce(of(), 'saveFault')
        const world = of()
        world.linked.push(file !== undefined)
        const lastGood = { revision, script: script() }
        world.lastGood = lastGood
        const others = world.history.filter(({ revision }) => revision.commit !== lastGood.revision.commit)
        world.history = [lastGood, ...others]
        return someFile
      },
      loadHistory: async () => of().history,
      loadHold: async () => of().hold,
      async saveHold(hold) {
        of().hold = hold
      },
      loadSetAside: async () => of().setAside,
      async saveSetAside(setAside) {
        of().setAside = setAside
      },
    },
    onStage: () => {},
  }
}

function fakeKernel(of: () => World): Kernel {
  return {
    async read() {
      of().reads++
      return of().live
    },
    readParts: async (parts) => listParts(of().live, parts),
    prepareLoad: async (signal) => void of().prepared.push(signal),
    async load(script) {
      const world = of()
      throwOnce(world, 'loadFault')
      world.onLoad()
      world.scripts.push(script)
      world.live = interpretScript(world.live, script)
    },
    fillsChains: async () => of().fillsChains,
    readCounters: async () => new Map(),
  }
}

type CarefulPorts = Pick<RunPorts, 'logins' | 'prober' | 'safeguard' | 'onApplied' | 'onPending' | 'whileWaiting'>

function carefulPorts(of: () => World): CarefulPorts {
  return {
    logins: { read: async () => of().logins },
    prober: {
      async ask(probe) {
        of().probed.push(printProbe(probe))
        return of().probe(printProbe(probe))
      },
    },
    safeguard: fakeSafeguard(of),
    onApplied: ({ commit }) => void of().applied.push(commit),
    onPending: (pending) => void of().pending.push(pending),
    async whileWaiting(unconfirmed, work) {
      of().unconfirmed.push(unconfirmed)
      return await work()
    },
  }
}

function fakeSafeguard(of: () => World): Safeguard {
  const decide = (standing: World['standing']): boolean => {
    const world = of()
    if (world.standing !== 'waiting') return false
    world.standing = standing
    return true
  }
  return {
    leftover: async () => of().leftover,
    prepare: async (signal) => void of().prepared.push(signal),
    async arm(change, onPlaced) {
      onPlaced?.()
      throwOnce(of(), 'armFault')
      of().armed = change
      of().standing = 'waiting'
    },
    async keepNext({ revision, script }) {
      throwOnce(of(), 'keepFault')
      of().next = { revision, script: script() }
      return someFile
    },
    async startTimeout(timeoutMs) {
      of().timeouts.push(timeoutMs)
    },
    standing: async () => of().standing,
    confirm: async () => of().next !== undefined && decide('confirmed'),
    claim: async () => decide('claimed'),
    async clear() {
      of().armed = undefined
      of().next = undefined
      of().leftover = undefined
      of().standing = 'confirmed'
    },
  }
}

function connectionPorts(of: () => World): Pick<RunPorts, 'connections' | 'routes' | 'onActivation'> {
  return {
    connections: {
      list: async () => ({ flows: of().flows, unreadable: 0 }),
      async end(ending) {
        of().ended.push(...ending)
        return ending.length
      },
    },
    routes: { find: async () => (address) => of().routes[printAddress(address)] },
    onActivation: () => {},
  }
}

function throwOnce(world: World, fault: 'fetchFault' | 'loadFault' | 'saveFault' | 'armFault' | 'keepFault'): void {
  const error = world[fault]
  world[fault] = undefined
  if (error !== undefined) throw error
}
