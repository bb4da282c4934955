import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Address } from '../../src/net/address.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { readPacket } from '../../src/packet/read-packet.ts'

const name = fc.constantFrom('eth0', 'br-lan', 'wg.1')
const port = fc.integer({ min: 0, max: 65_535 })
const octet = fc.integer({ min: 0, max: 132 })

function addressIn(family: 4 | 6): fc.Arbitrary<Address> {
  // from 2000::, so that no IPv4-mapped address is among them
  const [min, max] = family === 4 ? [0n, 2n ** 32n - 1n] : [1n << 125n, 2n ** 128n - 1n]
  return fc.bigInt({ min, max }).map((value) => ({ family, value }))
}

const transports = (family: 4 | 6) =>
  fc.oneof(
    fc.record({
      protocol: fc.constantFrom(6, 17, 132, 136),
      sourcePort: port,
      destinationPort: port,
      icmp: fc.constant(undefined),
    }),
    fc.record({
      protocol: fc.constant(family === 4 ? 1 : 58),
      sourcePort: fc.constant(undefined),
      destinationPort: fc.constant(undefined),
      icmp: fc.tuple(octet, octet).map(([type, code]) => ({ type, code })),
    }),
    fc.record({
      protocol: fc.constantFrom(family === 4 ? 58 : 1, 253),
      sourcePort: fc.constant(undefined),
      destinationPort: fc.constant(undefined),
      icmp: fc.constant(undefined),
    }),
  )

const packets = fc.constantFrom<4 | 6>(4, 6).chain((family) =>
  fc
    .record({
      way: fc.constantFrom('in', 'out', 'through'),
      names: fc.tuple(name, name),
      source: addressIn(family),
      destination: addressIn(family),
      transport: transports(family),
      sentTo: fc.option(fc.tuple(addressIn(family), port), { nil: undefined }),
      state: fc.constantFrom('new', 'established', 'related'),
    })
    .map(({ way, names, transport, sentTo, ...rest }) => ({
      iif: way === 'out' ? undefined : names[0],
      oif: way === 'in' ? undefined : names[1],
      ...rest,
      ...transport,
      hopLimit: 64,
      original: sentTo && {
        destination: sentTo[0],
        destinationPort: transport.destinationPort === undefined ? undefined : sentTo[1],
      },
    })),
)

test('readPacket() undoes printPacket()', () => {
  const property = fc.property(packets, (packet) => {
    assert.equal(readPacket(printPacket(packet).split(' ')), { packet, assumed: [], faults: [] })
  })
  void fc.assert(property)
})

test.run()
