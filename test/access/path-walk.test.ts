/** Which sources of a workload are spoofed: to sets of packets as to the table that is loaded on a host. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HostAccess } from '../../src/access/host-access.ts'
import { placeOf } from '../../src/access/places.ts'
import { RevisionAccess } from '../../src/access/revision-access.ts'
import { readPacket } from '../../src/packet/read-packet.ts'
import { setOfPacket } from '../../src/packet-set/member.ts'
import { PacketSets } from '../../src/packet-set/packet-sets.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import { fileOf } from '../validate/policy-files.ts'

const test = suite('PathWalk')

const workload = `apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: a}
spec: {node: gw, orchestrator: k8s, pod: a, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.65.0.2/32, 2001:db8:65::2/128]}
`
const facts = { node: 'gw', interfaces: [] }
const policySet = readPolicy([fileOf('a.yaml', workload)]).value
const view = resolveHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }).value

/** To sets, and to the table of the host. */
function isSpoofed(words: string): readonly [boolean, boolean] {
  const { packet } = readPacket(`iif=cali1 ${words} proto=253`.split(' '))
  if (packet === undefined) throw new Error(words)
  const sets = new PacketSets()
  const path = { from: placeOf(view, 'cali1'), to: undefined, state: 'new', isRewritten: false } as const
  const rulings = new HostAccess(new RevisionAccess(sets), view).rulings(path, setOfPacket(sets, packet))
  const isRuledSo = rulings.some(({ cause }) => cause.type === 'built-in' && cause.what === 'spoofed source')
  return [isRuledSo, surroundingsOf(view, facts).isSpoofed(packet)]
}

test('PathWalk.rulings lets pass what the kernel looks for no way back of: link-local sources, and first words to the link', () => {
  const own = ['src=10.65.0.2 dst=198.51.100.1', 'src=2001:db8:65::2 dst=2001:db8::1']
  const unrouted = ['src=:: dst=ff02::1', 'src=fe80::5 dst=2001:db8::1']
  const first = ['src=0.0.0.0 dst=255.255.255.255', 'src=0.0.0.0 dst=224.0.0.22']
  for (const words of [...own, ...unrouted, ...first]) assert.equal(isSpoofed(words), [false, false], words)
})

test('PathWalk.rulings calls every other source of a workload spoofed', () => {
  const others = ['src=10.65.0.3 dst=198.51.100.1', 'src=2001:db8:65::3 dst=2001:db8::1', 'src=fe80:0:0:1::5 dst=::2']
  const first = ['src=0.1.2.3 dst=255.255.255.255', 'src=0.0.0.0 dst=224.0.1.1', 'src=0.0.0.0 dst=10.65.0.255']
  for (const words of [...others, ...first]) assert.equal(isSpoofed(words), [true, true], words)
})

test.run()
