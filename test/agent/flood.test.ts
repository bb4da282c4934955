/** Ten thousand webhook calls against an agent in a process of its own: forged, valid, slow and oversized: few runs, little memory, the schedule still served. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AgentOptions } from '../../src/agent/run-agent.ts'
import { quickConfiguration } from '../fakes/agent-lab.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('flood')
const program = fileURLToPath(new URL('../fakes/agent-process.ts', import.meta.url))
const secret = 'correct horse battery staple'
const port = 9477
const calls = 10_000
const folder = temporaryFolder()
const lines: Record<string, unknown>[] = []
let lab: GitLab
let agent: ChildProcess

/** Its schedule comes round twice a minute, first soon after the start. */
function options(): Omit<AgentOptions, 'journal' | 'logins'> {
  const second = (new Date().getSeconds() + 12) % 30
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, `${secret}\n`)
  return {
    configuration: {
      ...quickConfiguration(lab, folder),
      schedule: `${second},${second + 30} * * * * *`,
      webhook: { listen: { host: '127.0.0.1', port }, provider: 'github', secretFile },
    },
    controlPorts: [],
    starter: 'ourselves',
    runtimeDir: join(folder, 'run'),
    version: 'test',
  }
}

test.before(async () => {
  lab = await openGitLab()
  lab.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  agent = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(options())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (agent.stdout !== null) createInterface(agent.stdout).on('line', (line) => lines.push(JSON.parse(line)))
  await until('the first run', () => lines.some(({ event }) => event === 'converged'))
})

test.after(async () => {
  agent.kill('SIGTERM')
  await once(agent, 'exit')
  await lab.close()
})

/** Runs that had one of these reasons. */
function runsFor(trigger: string): number {
  return lines.filter((line) => `${line.trigger ?? ''}`.split(', ').includes(trigger)).length
}

interface Call {
  /** Of the sender; 127.0.0.0/8 has many, so that the limit for each of them does not hide what is behind it. */
  readonly from: string
  readonly connections: Agent
  readonly signature: string
  readonly body: string
}

/** The status; undefined when the connection broke. */
async function post({ from, connections, signature, body }: Call): Promise<number | undefined> {
  const headers = { 'x-github-event': 'push', 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature }
  const options = { host: '127.0.0.1', port, path: '/hook', method: 'POST', localAddress: from, agent: connections }
  return await new Promise((resolve) => {
    const outgoing = request({ ...options, headers, timeout: 20_000 }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
      response.on('error', () => resolve(undefined))
    })
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', () => resolve(undefined))
    outgoing.end(body)
  })
}

const push = JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'policy' } })
const signed = `sha256=${createHmac('sha256', secret).update(push).digest('hex')}`
const forged = `sha256=${'0'.repeat(64)}`
const oversized = 'x'.repeat(1024 * 1024 + 1)

/** Ten calls by one sender: two valid, seven forged, and one forged or, now and then, too large. */
async function sendTen(sender: number, statuses: Map<string, number>): Promise<void> {
  const from = `127.1.${Math.floor(sender / 250)}.${1 + (sender % 250)}`
  const connections = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let at = 0; at < 10; at++) {
    const isLarge = at === 9 && sender % 50 === 0
    const kind = isLarge ? 'oversized' : at % 5 === 0 ? 'valid' : 'forged'
    const call = { from, connections, signature: kind === 'valid' ? signed : forged, body: isLarge ? oversized : push }
    const status = await post(call)
    const key = `${kind} ${status ?? 'broken'}`
    statuses.set(key, (statuses.get(key) ?? 0) + 1)
  }
  connections.destroy()
}

/** Connections that announce a body and then send a byte now and then. */
function openSlowly(count: number): readonly Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: '127.2.0.1' })
    socket.on('error', () => undefined)
    socket.write(`POST /hook HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${forged}\r\ncontent-length: 1000\r\n\r\n`)
    const drip = setInterval(() => socket.write('x'), 500)
    socket.on('close', () => clearInterval(drip))
    return socket
  })
}

async function flood(statuses: Map<string, number>): Promise<number> {
  const startedMs = performance.now()
  let sender = 0
  const send = async (): Promise<void> => {
    while (sender < calls / 10) await sendTen(sender++, statuses)
  }
  await Promise.all(Array.from({ length: 24 }, send))
  // At least as long as it takes until the schedule comes round
  for (let extra = sender; runsFor('schedule') === 0 && performance.now() - startedMs < 60_000; extra++) {
    await sendTen(extra, statuses)
    await delay(100)
  }
  return (performance.now() - startedMs) / 1000
}

test('a flood of calls costs a few runs and bounded memory, and the schedule is served', async () => {
  const statuses = new Map<string, number>()
  const slow = openSlowly(24)
  const seconds = await flood(statuses)
  const told = `${seconds.toFixed(1)} s, ${JSON.stringify(Object.fromEntries(statuses))}`
  const [status, pages] = [
    readFileSync(`/proc/${agent.pid}/status`, 'utf8'),
    await fetch('http://127.0.0.1:9478/healthz'),
  ]
  const peakMib = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
  assert.is(pages.status, 200)
  assert.ok(runsFor('schedule') > 0, `no scheduled run in ${told}`)
  // One at once, then one every two seconds at most
  assert.ok(runsFor('webhook') <= seconds / 2 + 2, `${runsFor('webhook')} runs in ${told}`)
  assert.ok(peakMib < 400, `${peakMib} MiB, ${told}`)
  console.log(
    `flood: ${told}; ${runsFor('webhook')} runs for webhooks, ${runsFor('schedule')} by schedule; peak ${peakMib.toFixed(0)} MiB`,
  )
  const kinds = [...statuses.keys()].filter((key) => !key.endsWith('broken'))
  assert.equal(kinds.sort(), ['forged 401', 'oversized 413', 'valid 202'], told)
  const broken = [...statuses].reduce((sum, [key, count]) => sum + (key.endsWith('broken') ? count : 0), 0)
  assert.ok(broken < calls / 10, told)
  await until('that the slow ones are cut off', () => slow.every((socket) => socket.closed))
})

test('after the flood a push is taken as before', async () => {
  const commit = lab.commit({ files: { 'policy.yaml': webPolicy(8443) } })
  const connections = new Agent()
  assert.is(await post({ from: '127.3.0.1', connections, signature: signed, body: push }), 202)
  await until('the commit', () => lines.some(({ event, revision }) => event === 'converged' && revision === commit))
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
