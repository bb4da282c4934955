/** A host under test and a sender on a cable to it, each a network namespace -> what a packet costs the host's kernel. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Namespaces } from '../fakes/kernel.ts'
import { inside } from './namespaced.ts'
import { timeProgram } from './time-program.ts'

/** Program -> the Debian package that has it. */
export const sender = { trafgen: 'netsniff-ng' } as const

export interface TestHost {
  /** Namespaces. */
  readonly host: string
  readonly sender: string
}

/** What the sender sends again and again. */
export interface TestPacket {
  /** The cable: `eth0`, or `cali1` as a workload's. */
  readonly cable: Cable
  /** As trafgen writes what follows the Ethernet header. */
  readonly layers: string
  /** Whether the packet is the answer of a connection that the host has opened. */
  readonly state: 'new' | 'established'
}

type Cable = 'eth0' | 'cali1'

export const hostAddress = '10.9.0.2'
const senderAddress = '10.9.0.1'
/** Behind the sender, on `eth0`. */
export const clientAddress = '198.18.0.1'
/** Of the workload behind `cali1`, which is the sender again. */
export const workloadAddress = '10.65.0.1'
/** A packet from the workload to here is forwarded to `eth0`. */
export const serverAddress = '203.0.113.1'

const ports = { host: 9999, client: 4000 } as const
const hardware: Readonly<Record<Cable, { readonly host: string; readonly sender: string }>> = {
  eth0: { host: '02:00:00:00:00:02', sender: '02:00:00:00:00:01' },
  cali1: { host: '02:00:00:00:01:02', sender: '02:00:00:00:01:01' },
}

/** The first packet of a TCP connection from the client to a port of the host. */
export function opening(port: number): TestPacket {
  const layers = `ip4(sa=${clientAddress}, da=${hostAddress}, ttl=64), tcp(sp=${ports.client}, dp=${port}, syn)`
  return { cable: 'eth0', layers, state: 'new' }
}

/** The first packet of a TCP connection from the workload to a port of the server. */
export function forwarded(port: number): TestPacket {
  const layers = `ip4(sa=${workloadAddress}, da=${serverAddress}, ttl=64), tcp(sp=${ports.client}, dp=${port}, syn)`
  return { cable: 'cali1', layers, state: 'new' }
}

/** A packet of a UDP connection that the host has opened to the client. */
export const replying: TestPacket = {
  cable: 'eth0',
  layers: `ip4(sa=${clientAddress}, da=${hostAddress}, ttl=64), udp(sp=${ports.client}, dp=${ports.host}), fill(0, 18)`,
  state: 'established',
}

/**
 * Behind every filter, so that a packet ends at the same place whoever let it through, and is counted there. What is dropped
 * before it is known to connection tracking is new each time.
 */
const sink = `table inet sink {
  counter passed { }
  chain input { type filter hook input priority 300; counter name passed drop; }
  chain forward { type filter hook forward priority 300; counter name passed drop; }
}
`

export async function addTestHost(namespaces: Namespaces): Promise<TestHost> {
  const [host, sender] = [namespaces.add(), namespaces.add()]
  const cables = { eth0: [`${hostAddress}/24`, `${senderAddress}/24`], cali1: [] } as const
  for (const name of ['eth0', 'cali1'] as const) {
    const [here, there] = cables[name]
    namespaces.connect(
      { namespace: host, name, addresses: here === undefined ? [] : [here] },
      { namespace: sender, name, addresses: there === undefined ? [] : [there] },
    )
    await ip(host, 'link', 'set', name, 'address', hardware[name].host)
  }
  await ip(host, 'route', 'add', 'default', 'via', senderAddress)
  await ip(host, 'route', 'add', workloadAddress, 'dev', 'cali1')
  await timeProgram(inside(host, ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']))
  await loadTable(host, sink)
  return { host, sender }
}

export async function loadTable(namespace: string, script: string): Promise<void> {
  const load = promisify(execFile)('nsenter', [`--net=/run/netns/${namespace}`, 'nft', '-f', '-'])
  load.child.stdin?.end(script)
  await load
}

/**
 * Milliseconds of a processor for each packet, from the sender's system call to the sink: whatever else the machine does
 * only makes it wait.
 * @throws Error when not every packet came to the sink
 */
export async function sendPackets(lab: TestHost, packet: TestPacket, count: number): Promise<number> {
  if (packet.state === 'established') await openConnection(lab)
  await passed(lab)
  const { cable, layers } = packet
  const { host, sender } = hardware[cable]
  const frame = `{ eth(da=${host}, sa=${sender}), ${layers} }`
  // without tuning of the machine's sockets and interrupts; in real time, so that the kernel leaves no packet to a thread of its own;
  // bash has the only clock among Debian's essential packages that is fine enough
  const send = `TIMEFORMAT='%U %S'; time chrt --fifo 1 trafgen --no-sock-mem --notouch-irq --cpus 1 --num ${count} --out ${cable} '${frame}' > /dev/null`
  const { stderr } = await promisify(execFile)('nsenter', [`--net=/run/netns/${lab.sender}`, 'bash', '-c', send])
  const arrived = await passed(lab)
  if (arrived !== count) throw new Error(`${count - arrived} of ${count} packets were lost: ${frame}\n${stderr}`)
  const [user = Number.NaN, system = Number.NaN] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return ((user + system) * 1000) / count
}

/** As many packets as take about so long. */
export async function countFor(lab: TestHost, packet: TestPacket, durationMs: number): Promise<number> {
  const tried = 4000
  return Math.max(tried, Math.round(durationMs / (await sendPackets(lab, packet, tried))))
}

/** So that what comes from the client to that port is an answer. */
async function openConnection({ host }: TestHost): Promise<void> {
  const program = `use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0) or die; bind($s, pack_sockaddr_in(${ports.host}, INADDR_ANY)) or die;
    send($s, "x", 0, pack_sockaddr_in(${ports.client}, inet_aton("${clientAddress}"))) or die "send: $!"`
  await timeProgram(inside(host, ['perl', '-e', program]))
}

/** Packets in the sink since the last time. */
async function passed({ host }: TestHost): Promise<number> {
  const { stdout } = await timeProgram(inside(host, ['nft', 'reset', 'counter', 'inet', 'sink', 'passed']))
  return Number(/packets (\d+)/.exec(stdout)?.[1])
}

async function ip(namespace: string, ...args: readonly string[]): Promise<void> {
  await timeProgram(['ip', '-n', namespace, ...args])
}
