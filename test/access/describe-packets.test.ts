import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AddressNames, type NamedNetworks } from '../../src/access/address-names.ts'
import { describePackets } from '../../src/access/describe-packets.ts'
import { type Cidr, readCidr } from '../../src/net/cidr.ts'
import { PacketSets } from '../../src/packet-set/packet-sets.ts'

const test = suite('describePackets()')

const net = (text: string): Cidr => {
  const reading = readCidr(text)
  if (reading.type !== 'cidr') throw new Error(text)
  return reading.cidr
}
const named = (type: NamedNetworks['type'], name: string, ...texts: readonly string[]): NamedNetworks => ({
  type,
  name,
  networks: texts.map(net),
})

const names = new AddressNames(
  [
    named('set', 'office', '198.51.100.0/24', '2001:db8:64::/64'),
    named('set', 'blocklist', '192.0.2.0/25'),
    named('endpoint', 'db-1', '10.0.0.31'),
    named('selector', "role == 'web'", '10.0.0.21', '10.0.0.22'),
  ],
  [named('set', 'office', '198.51.100.64/28', '2001:db8:64::/64'), named('set', 'gone', '203.0.113.0/24')],
)
const sets = new PacketSets()
const port = (protocol: number, from: number, to = from) =>
  sets.intersect(sets.ofNumber('protocol', protocol), sets.ofNumbers('destinationPort', [{ from, to }]))
const from = (...texts: readonly string[]) => sets.ofNetworks('source', texts.map(net))
const told = (set: Parameters<typeof describePackets>[1]) => describePackets(sets, set, names)

test('describePackets() names what has a name, exactly, as a part, or as what is left out', () => {
  const web = port(6, 443)
  const cases: readonly (readonly [Parameters<typeof told>[0], readonly string[]])[] = [
    [sets.all, ['everything']],
    [web, ['tcp 443']],
    [sets.intersect(web, from('198.51.100.0/24', '2001:db8:64::/64')), ['tcp 443 from office']],
    [sets.intersect(web, from('198.51.100.0/24')), ['tcp 443 from office (IPv4)']],
    [sets.intersect(web, from('10.0.0.31', '198.51.100.0/24')), ['tcp 443 from office, db-1 (IPv4)']],
    [sets.intersect(web, from('10.0.0.21', '10.0.0.22', '10.9.0.0/16')), ["tcp 443 from role == 'web', 10.9.0.0/16"]],
    [sets.minus(web, from('192.0.2.0/25')), ['tcp 443 from anywhere but blocklist (IPv4)', 'tcp 443 (IPv6)']],
    [sets.intersect(web, from('203.0.113.0/24')), ['tcp 443 from gone (before) (IPv4)']],
    [
      sets.intersect(web, sets.minus(from('198.51.100.0/24'), from('198.51.100.64/28'))),
      ['tcp 443 from addresses new in office (198.51.100.0/26, 198.51.100.80/28, 198.51.100.96/27, 198.51.100.128/25)'],
    ],
  ]
  for (const [set, texts] of cases) assert.equal(told(set), texts)
})

test('describePackets() says services shortly, and what is left out where that is shorter', () => {
  assert.equal(told(sets.union(port(6, 80), port(6, 443))), ['tcp 80, 443'])
  assert.equal(told(port(17, 8000, 8010)), ['udp 8000-8010'])
  assert.equal(told(sets.union(port(6, 53), port(17, 53))), ['tcp, udp 53'])
  assert.equal(told(sets.complement(port(6, 22))), ['everything but tcp 22'])
  assert.equal(told(sets.ofNumber('protocol', 89)), ['protocol 89'])
  const ping = sets.intersectionOf([sets.ofFamily(4), sets.ofNumber('protocol', 1), sets.ofNumber('icmpType', 8)])
  assert.equal(told(ping), ['icmp type 8'])
})

test('describePackets() shortens what has no name', () => {
  const many = from(...Array.from({ length: 50 }, (_, index) => `10.77.${index * 2}.0/24`))
  assert.equal(told(many), [
    'everything from 10.77.0.0/24, 10.77.2.0/24, 10.77.4.0/24, 10.77.6.0/24, and 46 more networks',
  ])
})

test.run()
