import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findElsewherePortNames } from '../../src/lint/elsewhere-port-names.ts'
import { allow, e0, e1, policy } from '../kernel/packet-policies.ts'
import { messagesOf } from './found.ts'

const hosts = [e0({ ports: [{ name: 'https', protocol: 'TCP', port: 443 }] }), e1()]
const said = (fields: object) =>
  messagesOf(findElsewherePortNames, ...hosts, policy('p', { ingress: [allow(fields as Record<string, unknown>)] }))

test('findElsewherePortNames() warns where only others have the port: elsewhere-port-name (RM-33)', () => {
  assert.equal(said({ protocol: 'UDP', destination: { ports: ['https'] } }), [
    'no endpoint has a port of UDP named "https", so the name matches nothing here: add it to their ports, or write the number',
  ])
  assert.equal(said({ source: { selector: "hep == 'e1'", ports: ['https'] } }), [
    'no endpoint that matches hep == "e1" has a port named "https", so the name matches nothing here: add it to their ports, or write the number',
  ])
  assert.equal(said({ protocol: 'TCP', destination: { ports: ['https'], notPorts: ['https'] } }), [])
  assert.equal(said({ destination: { selector: 'has(hep)', ports: ['https'] } }), [])
})

test.run()
