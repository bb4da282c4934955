/** Facts files: what is read, and what is refused at its place. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printAddress } from '../../src/net/address.ts'
import { printCidr } from '../../src/net/cidr.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import { printPlain } from './policy-files.ts'

const read = (text: string) => readHostFacts({ path: 'facts.json', text })
const faults = (text: string) =>
  read(text).diagnostics.map((diagnostic) => printPlain(diagnostic).replace('facts.json:', ''))

test('readHostFacts() reads the example of interface.md', () => {
  const { value, diagnostics } = read(
    '{"node": "gw-1", "interfaces": [{"name": "eth1", "addresses": []}, {"name": "eth0", "addresses": ["203.0.113.10/24"], "up": false, "master": null}], "routes": [{"to": "10.0.0.0/24", "interface": "eth1"}]}',
  )
  assert.equal(diagnostics, [])
  assert.equal(
    value?.interfaces.map(({ name, up, master }) => [name, up, master]),
    [
      ['eth0', false, undefined],
      ['eth1', true, undefined],
    ],
  )
  const [address] = value?.interfaces[0]?.addresses ?? []
  assert.ok(address)
  assert.equal([printAddress(address.address), printCidr(address.network)], ['203.0.113.10', '203.0.113.0/24'])
})

test('readHostFacts() takes tab-indented JSON and a host without interfaces', () => {
  assert.equal(
    read(
      '{\n\t"node": "gw-1",\n\t"interfaces": [\n\t\t{\n\t\t\t"name": "lo",\n\t\t\t"addresses": ["127.0.0.1/8"]\n\t\t}\n\t]\n}\n',
    ).diagnostics,
    [],
  )
  assert.equal(read('{"node": "gw-1"}').value, { node: 'gw-1', interfaces: [] })
})

test('readHostFacts() says what is wrong and where', () => {
  assert.equal(
    faults(
      '{"node": "GW",\n "interfaces": [\n  {"name": "eth0", "addresses": ["10.0.0.1", "x/8"]},\n  {"name": "eth0", "adresses": []}]}',
    ).sort(),
    [
      '1:10 invalid-name the host name "GW" is not valid: use lower-case letters, digits, "-" and ".", as "gw"',
      '3:34 address-syntax "10.0.0.1" is not an interface address: write the prefix length of its network too, as 10.0.0.1/24',
      '3:46 address-syntax "x/8" is not an interface address: names are not looked up, write addresses',
      '4:20 unknown-field unknown field "adresses" in interfaces[1]: did you mean "addresses"?',
      '4:3 missing-field interfaces[1] lacks the field "addresses": it is required',
    ],
  )
  assert.is(faults('{"node": ').length, 1)
  assert.equal(
    faults('{"node": "a", "interfaces": [{"name": "e", "addresses": []}, {"name": "e", "addresses": []}]}').length,
    1,
  )
})

test.run()
