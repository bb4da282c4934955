import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findOpenManagementPorts } from '../../src/lint/open-management-ports.ts'
import { allow, deny, e0, networkSet, policy, profile, tcpTo, udpTo } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const world = e0({ expectedIPs: ['203.0.113.10'] })
const opens = (...rules: readonly object[]) => policy('p', { ingress: rules })
const counted = (...documents: readonly object[]) => foundBy(findOpenManagementPorts, ...documents).length
const from = (source: object) => ({ ...tcpTo(22), source })

test('findOpenManagementPorts() names the port and the endpoint: open-management-port', () => {
  assert.equal(foundBy(findOpenManagementPorts, world, opens(allow(tcpTo(443, '3000:4000')))), [
    'everybody may reach port 3389 (remote desktop) of "e0"',
  ])
  assert.is(counted(world, opens(allow(udpTo(11211)))), 1)
  assert.is(counted(world, opens(allow(from({ nets: ['0.0.0.0/0'] })))), 1)
  assert.is(counted(world, opens(allow(from({ notSelector: 'has(x)' })))), 1, 'excluding is not saying who')
  const everywhere = networkSet('any', { is: 'any' }, ['0.0.0.0/0'])
  assert.is(counted(world, everywhere, opens(allow(from({ selector: "is == 'any'" })))), 1)
  assert.is(counted(e0({ ...{ profiles: ['ssh'] } }), profile('ssh', { ingress: [allow(tcpTo(22))] })), 1)
})

test('findOpenManagementPorts() is silent where it is not everybody, not in, or not the Internet', () => {
  assert.is(counted(world, opens(allow(from({ nets: ['192.0.2.0/24'] })))), 0)
  assert.is(counted(world, opens(allow(from({ selector: 'has(hep)' })))), 0)
  assert.is(counted(world, opens(deny(tcpTo(22)), allow(tcpTo(80)), allow(udpTo(22)), allow())), 0)
  assert.is(counted(world, policy('p', { egress: [allow(tcpTo(22))] })), 0)
  assert.is(counted(e0({ expectedIPs: ['10.0.0.1', 'fd00::1'] }), opens(allow(tcpTo(22)))), 0, 'private')
  assert.is(counted(e0({ interfaceName: 'lo' }), opens(allow(tcpTo(22)))), 0, 'loopback')
  assert.is(counted(opens(allow(tcpTo(22)))), 0, 'nowhere')
})

test.run()
