/** Real connections under a policy that gets tighter: those that it denies die and stay dead, whoever speaks next; the others live. */

import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RunReport } from '../../src/reconcile/run.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import type { Talker } from '../fakes/talker.ts'
import { until } from '../fakes/until.ts'
import { hostAddress, insideAddress, LiveLab, nft, outsideAddress, tracked } from './live-lab.ts'
import type { Allowed } from './live-policies.ts'

const test = suite('ended connections')
/** Within it TCP repeats what was lost several times. */
const silenceMs = 1_500
let lab: LiveLab

interface Line {
  readonly name: string
  readonly protocol: 'tcp' | 'udp'
  readonly from: () => Talker
  readonly to: () => Talker
  readonly address: string
  /** As it is dialled; what listens is called by `at`. */
  readonly port: number
  readonly at?: number
  readonly next: 'client' | 'server'
}

const inward = { from: () => lab.outside, to: () => lab.host } as const
const through = { from: () => lab.outside, to: () => lab.inside } as const
const outward = { from: () => lab.host, to: () => lab.outside } as const

const doomed: readonly Line[] = [
  { ...inward, name: 'in-client', protocol: 'tcp', address: hostAddress[4], port: 8001, next: 'client' },
  { ...inward, name: 'in-server', protocol: 'tcp', address: hostAddress[4], port: 8002, next: 'server' },
  { ...inward, name: 'in6-client', protocol: 'tcp', address: hostAddress[6], port: 8003, next: 'client' },
  { ...inward, name: 'in6-server', protocol: 'tcp', address: hostAddress[6], port: 8004, next: 'server' },
  { ...inward, name: 'udp-client', protocol: 'udp', address: hostAddress[4], port: 9001, next: 'client' },
  { ...inward, name: 'udp-server', protocol: 'udp', address: hostAddress[4], port: 9002, next: 'server' },
  { ...inward, name: 'udp6-server', protocol: 'udp', address: hostAddress[6], port: 9003, next: 'server' },
  { ...through, name: 'through-client', protocol: 'tcp', address: insideAddress[4], port: 7001, next: 'client' },
  { ...through, name: 'through-server', protocol: 'tcp', address: insideAddress[4], port: 7002, next: 'server' },
  { ...through, name: 'through6-server', protocol: 'tcp', address: insideAddress[6], port: 7003, next: 'server' },
  { ...through, name: 'rewritten', protocol: 'tcp', address: hostAddress[4], port: 5001, at: 7005, next: 'server' },
  { ...outward, name: 'out-client', protocol: 'tcp', address: outsideAddress[4], port: 6001, next: 'client' },
  { ...outward, name: 'out6-server', protocol: 'tcp', address: outsideAddress[6], port: 6002, next: 'server' },
  {
    from: () => lab.workload,
    to: () => lab.host,
    name: 'workload',
    protocol: 'tcp',
    address: '10.65.0.1',
    port: 4001,
    next: 'server',
  },
]
const lasting: readonly Line[] = [
  { ...inward, name: 'in-stays', protocol: 'tcp', address: hostAddress[4], port: 8100, next: 'server' },
  { ...inward, name: 'in6-stays', protocol: 'tcp', address: hostAddress[6], port: 8101, next: 'server' },
  { ...inward, name: 'udp-stays', protocol: 'udp', address: hostAddress[4], port: 9100, next: 'server' },
  { ...through, name: 'through-stays', protocol: 'tcp', address: insideAddress[4], port: 7100, next: 'client' },
  { ...outward, name: 'out-stays', protocol: 'tcp', address: outsideAddress[4], port: 6100, next: 'server' },
]

const tight: Allowed = { tcp: [8100, 8101, 7100], udp: [9100], out: [6100], workload: [4100] }
const wide: Allowed = {
  tcp: [...tight.tcp, 8001, 8002, 8003, 8004, 7001, 7002, 7003, 7005],
  udp: [...tight.udp, 9001, 9002, 9003],
  out: [...tight.out, 6001, 6002],
  workload: [...tight.workload, 4001],
}

const atOf = ({ port, at = port }: Line): string => `at-${at}`

async function open(lines: readonly Line[]): Promise<void> {
  for (const line of lines) await line.from().connect(line.name, line)
  for (const line of lines) {
    line.from().say(line.name, `hello-from-${line.name}.`)
    await line.to().hears(atOf(line), `hello-from-${line.name}.`)
    line.to().say(atOf(line), 'welcome')
    await line.from().hears(line.name, 'welcome')
  }
}

function speak({ next, name, from, to, ...line }: Line, text: string): void {
  if (next === 'client') from().say(name, text)
  else to().say(atOf({ next, name, from, to, ...line }), text)
}

function isHeard(line: Line, text: string): boolean {
  const heard = line.next === 'client' ? line.to().heard(atOf(line)) : line.from().heard(line.name)
  return heard.includes(text)
}

const heardOf = (lines: readonly Line[], text: string): readonly string[] =>
  lines.filter((line) => isHeard(line, text)).map(({ name }) => name)
const namesOf = (lines: readonly Line[]): readonly string[] => lines.map(({ name }) => name)

/** Each says it twice; gives who was heard. */
async function afterWords(lines: readonly Line[], text: string): Promise<readonly string[]> {
  for (const line of lines) speak(line, text)
  await delay(silenceMs)
  for (const line of lines) speak(line, text)
  await delay(silenceMs)
  return heardOf(lines, text)
}

async function tighten(ends: boolean): Promise<RunReport> {
  const report = await lab.apply(tight, ends)
  assert.is(report.outcome.type, 'converged')
  return report
}

test.before(async () => {
  lab = new LiveLab()
  for (const line of [...doomed, ...lasting]) await line.to().listen(line.protocol, line.at ?? line.port)
  await lab.apply(wide, true)
  await open([...doomed, ...lasting])
})

test.after(() => lab.remove())

test('DV-12: connections that a tighter policy denies end and do not come back, whoever speaks next; the others go on', async () => {
  const { connections } = await tighten(true)
  assert.is(connections?.problem, undefined)
  assert.is(connections?.ended, doomed.length)
  assert.ok(connections?.flows.some((flow) => /^tcp 192\.0\.2\.1:\d+ -> 192\.0\.2\.10:8001$/.test(flow)))
  assert.ok(connections?.flows.some((flow) => flow.endsWith(' -> 192.0.2.10:5001 (10.0.0.5:7005)')))
  const [dead, alive] = await Promise.all([afterWords(doomed, 'ghost'), afterWords(lasting, 'alive')])
  assert.equal([dead, alive], [[], namesOf(lasting)])
  for (const { port } of doomed) assert.is(tracked(port), '', `${port} is not tracked again`)
})

test('a comparison with the kernel takes no notice of the connections that are kept ended', async () => {
  assert.match(nft('list', 'set', 'inet', 'rampart', 'ended4'), '192.0.2.10 . 192.0.2.1 . tcp . 8002')
  const { outcome, drift, connections } = await lab.run('drift', true)
  assert.equal([outcome.type === 'converged' && outcome.changes, drift, connections], [0, [], undefined])
  assert.match(nft('list', 'set', 'inet', 'rampart', 'ended6'), '2001:db8:2::10 . 2001:db8:2::1 . tcp . 8004')
})

test('but for the sets of ended connections the answers of a server would bring its connections back', async () => {
  // of what was rewritten the kernel no longer knows how
  const servers = doomed.filter(({ next, at }) => next === 'server' && at === undefined)
  nft('flush set inet rampart ended4; flush set inet rampart ended6')
  for (const line of servers) speak(line, 'revenant')
  await until('all are back', () => heardOf(servers, 'revenant').length === servers.length)
})

test('connections go on under a tighter policy where the configuration says so', async () => {
  await lab.apply(wide, true)
  const again = doomed.map((line) => ({ ...line, name: `${line.name}-again` }))
  await open(again)
  const { connections } = await tighten(false)
  assert.is(connections, undefined)
  assert.equal(await afterWords(again, 'tolerated'), namesOf(again))
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
