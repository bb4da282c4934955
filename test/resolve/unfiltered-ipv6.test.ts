import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import { findUnfilteredIpv6 } from '../../src/resolve/unfiltered-ipv6.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { filesOf } from '../kernel/packet-policies.ts'

const configuration = (name: string, ipv6Support: boolean) => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'FelixConfiguration',
  metadata: { name },
  spec: { ipv6Support },
})

function warnings(documents: readonly object[], addresses: readonly string[]): readonly string[] {
  const interfaces = [{ name: 'eth0', addresses }]
  const facts = readHostFacts({ path: 'host.json', text: JSON.stringify({ node: 'h1', interfaces }) }).value
  if (facts === undefined) throw new Error('the facts are not valid')
  const { value: policySet } = readPolicy(filesOf({ documents }))
  return findUnfilteredIpv6({ policySet, facts }).map(({ code, message }) => `${code} ${message}`)
}

test('findUnfilteredIpv6() warns where IPv6 is left unfiltered on a host that is reached by it', () => {
  const expected =
    'unfiltered-ipv6 ipv6Support is false, but h1 has 2001:db8::10 on eth0: all IPv6 traffic passes unfiltered, set it to true or remove the address'
  const addresses = ['203.0.113.10/24', 'fe80::1/64', '2001:db8::10/64']
  assert.equal(warnings([configuration('default', false)], addresses), [expected])
  assert.equal(warnings([configuration('default', true), configuration('node.h1', false)], addresses), [expected])
})

test('findUnfilteredIpv6() is silent where IPv6 is filtered, or reaches no further than a link', () => {
  const addresses = ['2001:db8::10/64']
  assert.equal(warnings([], addresses), [])
  assert.equal(warnings([configuration('default', false), configuration('node.h1', true)], addresses), [])
  assert.equal(warnings([configuration('default', false)], ['203.0.113.10/24', 'fe80::1/64', '::1/128']), [])
})

test.run()
