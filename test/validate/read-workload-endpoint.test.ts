/** What a workload endpoint becomes. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printAddress } from '../../src/net/address.ts'
import { check, fileOf, workload } from './policy-files.ts'

const full = workload(
  'orchestrator: cni\nworkload: w\npod: p\ncontainerID: Ab-1\nendpoint: eth0\ninterfaceName: cali0\nipNetworks: [10.65.0.2, "fd00:65::2/128"]\nipv4Gateway: 169.254.1.1\nmac: 02:00:00:00:00:01\nprofiles: [kns.shop]\nports:\n- {name: http, protocol: TCP, port: 80}\n- {protocol: TCP, port: 81, hostPort: 8081}',
).replace('{name: w}', '{name: w, namespace: shop, labels: {role: web, projectcalico.org/namespace: shop}}')
const profile =
  'apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: {name: kns.shop}\nspec: {labelsToApply: {pcns.env: a}}\n'

test('readWorkloadEndpoint() reads every field and forces the labels of its place', () => {
  const { policySet, diagnostics } = check([fileOf('a.yaml', full), fileOf('b.yaml', profile)])
  assert.equal(diagnostics, [])
  const [endpoint] = policySet.workloadEndpoints
  assert.equal(
    [endpoint?.namespace, endpoint?.node, endpoint?.interfaceName, endpoint?.profiles],
    ['shop', 'n', 'cali0', ['kns.shop']],
  )
  assert.equal(endpoint?.addresses.map(printAddress), ['10.65.0.2', 'fd00:65::2'])
  assert.equal(
    [...(endpoint?.labels ?? [])],
    [
      ['role', 'web'],
      ['projectcalico.org/namespace', 'shop'],
      ['projectcalico.org/orchestrator', 'cni'],
    ],
  )
  assert.equal(endpoint?.ports, [{ name: 'http', protocol: 6, port: 80 }])
})

test('readWorkloadEndpoint() takes the namespace default where none is written', () => {
  const { policySet } = check([fileOf('a.yaml', workload('interfaceName: cali0\nipNetworks: [10.65.0.2]'))])
  assert.is(policySet.workloadEndpoints[0]?.namespace, 'default')
  assert.is(policySet.workloadEndpoints[0]?.labels.get('projectcalico.org/namespace'), 'default')
})

test('readWorkloadEndpoint() leaves out what lists no addresses, since it has no effect', () => {
  assert.equal(check([fileOf('a.yaml', workload('interfaceName: cali0'))]).policySet.workloadEndpoints, [])
})

test.run()
