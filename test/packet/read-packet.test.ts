import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printPacket } from '../../src/packet/print-packet.ts'
import { readPacket } from '../../src/packet/read-packet.ts'

const test = suite('read-packet')

const ends = 'iif=eth0 src=198.51.100.7 dst=203.0.113.10'
const ends6 = 'iif=eth0 src=2001:db8::7 dst=2001:db8::10'
const read = (words: string) => readPacket(words.split(' '))

test('readPacket() reads every key', () => {
  const words =
    'iif=eth0 oif=eth1 src=198.51.100.7 dst=10.0.0.5 proto=tcp sport=1024 dport=8080 state=established orig-dst=203.0.113.10 orig-dport=80'
  assert.equal(read(words), {
    packet: {
      iif: 'eth0',
      oif: 'eth1',
      source: { family: 4, value: 0xc6336407n },
      destination: { family: 4, value: 0x0a000005n },
      protocol: 6,
      sourcePort: 1024,
      destinationPort: 8080,
      icmp: undefined,
      hopLimit: 64,
      state: 'established',
      original: { destination: { family: 4, value: 0xcb00710an }, destinationPort: 80 },
    },
    assumed: [],
    faults: [],
  })
})

/** What is read, printed again, and what of it was assumed. */
const readings: readonly (readonly [string, string, string])[] = [
  [`${ends} proto=tcp dport=443`, `${ends} proto=tcp sport=40000 dport=443 state=new`, 'sport=40000 state=new'],
  [`${ends} proto=6 sport=1 dport=0 state=related`, `${ends} proto=tcp sport=1 dport=0 state=related`, ''],
  [`${ends} proto=icmp state=new`, `${ends} proto=icmp icmp-type=8 icmp-code=0 state=new`, 'icmp-type=8 icmp-code=0'],
  [
    `${ends6} proto=icmpv6 icmp-type=1 icmp-code=4 state=new`,
    `${ends6} proto=icmpv6 icmp-type=1 icmp-code=4 state=new`,
    '',
  ],
  [
    `${ends6} state=new`,
    `${ends6} proto=icmpv6 icmp-type=128 icmp-code=0 state=new`,
    'proto=icmpv6 icmp-type=128 icmp-code=0',
  ],
  [`${ends} proto=58 state=new`, `${ends} proto=58 state=new`, ''],
  [`${ends} proto=253 state=untracked`, `${ends} proto=253 state=untracked`, ''],
  [
    `${ends} proto=udp sport=5 dport=53 state=new orig-dst=192.0.2.1`,
    `${ends} proto=udp sport=5 dport=53 state=new orig-dst=192.0.2.1 orig-dport=53`,
    'orig-dport=53',
  ],
  [
    `${ends} proto=udp sport=5 dport=53 state=new orig-dport=5353`,
    `${ends} proto=udp sport=5 dport=53 state=new orig-dst=203.0.113.10 orig-dport=5353`,
    'orig-dst=203.0.113.10',
  ],
]

for (const [words, printed, assumed] of readings) {
  test(`readPacket() takes ${words}`, () => {
    const { packet, faults, assumed: found } = read(words)
    assert.equal(faults, [])
    assert.ok(packet)
    if (packet === undefined) return
    assert.is(printPacket(packet), printed)
    assert.is(found.join(' '), assumed)
  })
}

test('readPacket() gives neighbour discovery the only hop limit that it can have', () => {
  const limit = (type: number) => read(`${ends6} proto=icmpv6 icmp-type=${type}`).packet?.hopLimit
  assert.equal([132, 133, 137, 138].map(limit), [64, 255, 255, 64])
  assert.is(read(`${ends} proto=icmp icmp-type=133`).packet?.hopLimit, 64)
})

/** Words and the faults that they have. */
const faults: readonly (readonly [string, ...string[]])[] = [
  [
    `${ends} proto=tcp 443`,
    '"443" is no key=value word: write for example iif=eth0 or dport=443',
    'dport is missing: give the port that the packet goes to',
  ],
  [`${ends} proto=tcp dport=1 dprot=1`, 'there is no key "dprot" in "dprot=1": did you mean "dport"?'],
  [
    `${ends} proto=tcp dport=1 colour=red`,
    'there is no key "colour" in "colour=red": the keys are iif, oif, src, dst, proto, sport, dport, icmp-type, icmp-code, state, orig-dst, orig-dport',
  ],
  [`${ends} proto=tcp dport=1 dport=2`, 'dport is given twice, "1" and "2": give it once'],
  [
    'proto=253',
    'iif and oif are missing: give where it comes in, where it goes out, or both when it is forwarded',
    'src is missing: give the address that the packet comes from',
    'dst is missing: give the address that the packet goes to',
  ],
  ['iif= src=1.2.3.4 dst=1.2.3.4', 'iif is "": give the name of an interface, such as eth0'],
  [
    'oif=sixteen-letters-x src=1.2.3.4 dst=1.2.3.4',
    'oif is "sixteen-letters-x": give the name of an interface, such as eth0',
  ],
  [
    'iif=a src=01.2.3.4 dst=::ffff:1.2.3.4',
    'src is "01.2.3.4": give an address, such as 198.51.100.7 or 2001:db8::7',
    'dst is "::ffff:1.2.3.4": give an address, such as 198.51.100.7 or 2001:db8::7',
  ],
  ['iif=a src=1.2.3.4 dst=::1 proto=253', 'src is IPv4 and dst is IPv6: give addresses of one family'],
  [`${ends} dport=1`, 'proto is missing: dport says nothing without it, give tcp, udp, icmp, icmpv6, sctp or a number'],
  [
    `${ends} icmp-code=1`,
    'proto is missing: icmp-code says nothing without it, give tcp, udp, icmp, icmpv6, sctp or a number',
  ],
  [`${ends} proto=tpc dport=1`, 'proto is "tpc": give tcp, udp, icmp, icmpv6, sctp or a number from 1 to 255'],
  [`${ends} proto=0`, 'proto is "0": give tcp, udp, icmp, icmpv6, sctp or a number from 1 to 255'],
  [
    `${ends} proto=tcp dport=65536 sport=x`,
    'sport is "x": give a port from 0 to 65535',
    'dport is "65536": give a port from 0 to 65535',
  ],
  [
    `${ends} proto=icmp dport=1`,
    'dport is "1", but the protocol has no ports: leave it out, or give proto=tcp, udp or sctp',
  ],
  [
    `${ends} proto=udp dport=1 icmp-type=8`,
    'icmp-type is "8", but the protocol is not ICMP: leave it out, or give proto=icmp or proto=icmpv6',
  ],
  [`${ends} proto=icmp icmp-type=256`, 'icmp-type is "256": give a number from 0 to 255'],
  [`${ends6} proto=icmp`, 'proto is "icmp", but the addresses are IPv6: give proto=icmpv6'],
  [
    `${ends} proto=58 icmp-type=1`,
    'icmp-type is "1", but the protocol is not ICMP for IPv4: leave it out, or change proto',
  ],
  [`${ends} proto=253 state=old`, 'state is "old": give new, established, related, untracked, invalid'],
  [
    `${ends} proto=253 state=invalid orig-dst=1.2.3.4`,
    'orig-dst is "1.2.3.4", but the state is invalid: only a tracked connection is rewritten',
  ],
  [`${ends} proto=253 orig-dst=::1`, 'dst is IPv4 and orig-dst is IPv6: give addresses of one family'],
]

for (const [words, ...expected] of faults) {
  test(`readPacket() refuses ${words}`, () => {
    const reading = read(words)
    assert.is(reading.packet, undefined)
    assert.equal(reading.faults, expected)
  })
}

test.run()
