import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { judgeSessions } from '../../src/guard/cut-sessions.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import type { Login } from '../../src/host/login.ts'
import { type Address, printAddress, readAddress } from '../../src/net/address.ts'
import { networkOf } from '../../src/net/cidr.ts'
import type { Packet } from '../../src/packet/packet.ts'

const test = suite('judgeSessions')

function address(text: string): Address {
  const read = readAddress(text)
  if (read === undefined) throw new Error(`no address: ${text}`)
  return read
}
const own = address('192.0.2.10')
const facts: HostFacts = {
  node: 'web-1',
  interfaces: [
    { name: 'eth0', addresses: [{ address: own, network: networkOf(own, 24) }], up: true, master: undefined },
  ],
}
const login = (user: string, peer: string, ...ports: readonly number[]): Login => ({
  user,
  terminal: 'pts/0',
  peer: address(peer),
  connections: ports.map((localPort) => ({ local: own, localPort, peerPort: 50_000 })),
})
const ada = login('ada', '198.51.100.1', 22)
const bob = login('bob', '198.51.100.2', 22)

const everything = (): boolean => true
const nothing = (): boolean => false
const only =
  (...allowed: readonly string[]) =>
  ({ source, destinationPort }: Packet): boolean =>
    allowed.includes(`${printAddress(source)}:${destinationPort}`)

test('judgeSessions() objects when nobody could come back who can now', () => {
  const judged = judgeSessions({ logins: [ada, bob], facts, isAllowedNow: everything, isAllowedThen: nothing })
  assert.equal(judged.cut, ['ada on pts/0 from 198.51.100.1 (port 22)', 'bob on pts/0 from 198.51.100.2 (port 22)'])
  assert.equal(
    judged.objections.map(({ guard }) => guard),
    ['cut-sessions'],
  )
})

test('judgeSessions() lists who is cut and lets it pass when one stays', () => {
  const isAllowedThen = only('198.51.100.2:22')
  const judged = judgeSessions({ logins: [ada, bob], facts, isAllowedNow: everything, isAllowedThen })
  assert.equal(judged, { objections: [], cut: ['ada on pts/0 from 198.51.100.1 (port 22)'] })
})

test('judgeSessions() leaves out logins that could not come back even now, and those without a connection', () => {
  const gone = login('eve', '198.51.100.3')
  const logins = [ada, gone]
  assert.equal(judgeSessions({ logins, facts, isAllowedNow: nothing, isAllowedThen: nothing }).objections, [])
  assert.equal(judgeSessions({ logins: [gone], facts, isAllowedNow: everything, isAllowedThen: nothing }).cut, [])
  assert.equal(judgeSessions({ logins: [], facts, isAllowedNow: everything, isAllowedThen: nothing }).objections, [])
})

test('judgeSessions() takes port 22 for the way of a login, and without it every port that may be', () => {
  const busy = login('ada', '198.51.100.1', 443, 22)
  const isAllowedNow = everything
  const cutOf = (one: Login, ...allowed: readonly string[]): number =>
    judgeSessions({ logins: [one], facts, isAllowedNow, isAllowedThen: only(...allowed) }).cut.length
  assert.is(cutOf(busy, '198.51.100.1:22'), 0)
  assert.is(cutOf(busy, '198.51.100.1:443'), 1)
  const odd = login('ada', '198.51.100.1', 2222, 443)
  assert.is(cutOf(odd, '198.51.100.1:2222', '198.51.100.1:443'), 0)
  assert.is(cutOf(odd, '198.51.100.1:443'), 1)
})

test('judgeSessions() asks about a first packet by the interface that has the address', () => {
  const asked: Packet[] = []
  const isAllowedNow = (packet: Packet): boolean => asked.push(packet) > 0
  judgeSessions({ logins: [ada, login('me', '192.0.2.10', 22)], facts, isAllowedNow, isAllowedThen: everything })
  assert.equal(
    asked.map(({ iif, oif, state, protocol, destinationPort }) => [iif, oif, state, protocol, destinationPort]),
    [
      ['eth0', undefined, 'new', 6, 22],
      ['lo', undefined, 'new', 6, 22],
    ],
  )
})

test.run()
