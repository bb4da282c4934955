import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printAddress } from '../../src/net/address.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { revisionIndexOf } from '../../src/resolve/revision-index.ts'
import { readSelector } from '../../src/selector/read-selector.ts'
import { endpoint, filesOf, networkSet, profile, workload } from '../kernel/packet-policies.ts'

const ports = [
  { name: 'http', protocol: 'TCP', port: 80 },
  { name: 'http', protocol: 'UDP', port: 80 },
  { name: 'alt', protocol: 'TCP', port: 8080 },
]
const documents = [
  endpoint('far', { node: 'h2', interfaceName: 'eth0', expectedIPs: ['10.0.0.2', '2001:db8::2'], ports }),
  endpoint('same', { node: 'h3', interfaceName: 'eth0', expectedIPs: ['10.0.0.2'], ports: ports.slice(0, 1) }),
  endpoint('silent', { node: 'h4', interfaceName: 'eth0', ports }),
  endpoint('lent', { node: 'h5', interfaceName: 'eth0', expectedIPs: ['10.0.0.9'], profiles: ['lender'], ports }, {}),
  workload('a', 'cali1', { ipNetworks: ['10.65.0.2'], ports: ports.slice(0, 1) }),
  profile('lender', { labelsToApply: { hep: 'lent' } }),
  networkSet('set', { hep: 'far' }, ['10.9.0.0/16']),
]
const policySet = readPolicy(filesOf({ documents })).value
const { peers: index } = revisionIndexOf(policySet)

function members(names: readonly string[], protocol: number | undefined, where?: string): readonly string[] {
  const selector = where === undefined ? undefined : readSelector(where)
  if (selector !== undefined && !('selector' in selector)) throw new Error(`not a selector: ${where}`)
  const found = index.portsOf({ names, protocol, selector: selector?.selector })
  return found.members.map((one) => `${printAddress(one.address)} ${one.protocol} ${one.port}`)
}

test('portsOf() lists each address of every endpoint that has the name, once, in a fixed order (RM-32)', () => {
  assert.equal(members(['http'], 6), ['10.0.0.2 6 80', '10.0.0.9 6 80', '10.65.0.2 6 80', '2001:db8::2 6 80'])
})

test('portsOf() takes every protocol when none is asked for, and every name of the list', () => {
  assert.equal(members(['alt', 'http'], undefined, "hep == 'far'"), [
    '10.0.0.2 6 80',
    '10.0.0.2 6 8080',
    '10.0.0.2 17 80',
    '2001:db8::2 6 80',
    '2001:db8::2 6 8080',
    '2001:db8::2 17 80',
  ])
})

test('portsOf() selects by effective labels (RM-33, SEL-13), never network sets (RM-36)', () => {
  assert.equal(members(['alt'], 6, "hep == 'lent'"), ['10.0.0.9 6 8080'])
  assert.equal(members(['http'], 6, "hep == 'silent'"), [])
  assert.equal(members(['http'], 17, "app == 'a'"), [])
})

test('portsOf() has nobody for a name that nobody has (RM-35)', () => {
  assert.equal(members(['ghost'], undefined), [])
})

test('portsOf() looks up equal queries once, however their names are ordered', () => {
  const query = { protocol: 6, selector: undefined }
  const found = index.portsOf({ ...query, names: ['http', 'alt'] })
  assert.is(index.portsOf({ ...query, names: ['alt', 'http', 'alt'] }), found)
  assert.is.not(index.portsOf({ ...query, names: ['alt'] }), found)
})

test.run()
