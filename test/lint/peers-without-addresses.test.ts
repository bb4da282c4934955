import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findPeersWithoutAddresses } from '../../src/lint/peers-without-addresses.ts'
import { allow, e0, e1, policy, profile } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const counted = (...documents: readonly object[]) => foundBy(findPeersWithoutAddresses, ...documents).length
const from = (source: object) => policy('p', { ingress: [allow({ source })] })

test('findPeersWithoutAddresses() warns of endpoints that are selected and list none: peer-without-addresses (IS-10)', () => {
  assert.equal(foundBy(findPeersWithoutAddresses, e0(), from({ selector: "hep == 'e0'" })), [
    'a rule selects the host endpoint "e0", which lists no addresses, so its traffic does not match',
  ])
  assert.is(counted(e0(), e1(), from({ notSelector: 'has(hep)' })), 2)
  const named = e0({ ports: [{ name: 'a', protocol: 'TCP', port: 1 }] })
  assert.equal(foundBy(findPeersWithoutAddresses, named, from({ ports: ['a'] })), [
    'a rule names the port "a" of the host endpoint "e0", which lists no addresses, so its traffic does not match',
  ])
  const byProfile = profile('q', { ingress: [allow({ source: { selector: "hep == 'e0'" } })] })
  assert.is(counted(e0(), byProfile), 1)
})

test('findPeersWithoutAddresses() is silent about everything at once, and about those that have addresses', () => {
  assert.is(counted(e0(), from({ selector: 'all()' })), 0)
  assert.is(counted(e0({ expectedIPs: ['192.0.2.1'] }), from({ selector: "hep == 'e0'" })), 0)
  assert.is(counted(e0(), e1(), from({ selector: "hep == 'e9'" })), 0)
})

test.run()
