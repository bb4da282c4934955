/** Hosts that a comparison of two revisions must not leave out. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareAccess } from '../../src/pipeline/compare-access.ts'
import { readPolicy } from '../../src/pipeline.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import { resultOf } from '../fakes/result-of.ts'
import { fileOf } from '../validate/policy-files.ts'

const test = suite('RevisionComparison')

const open = 'projectcalico-default-allow'

function workload(node: string, profiles: string, address = '10.65.0.2/32'): string {
  return `apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: ${node}-a}
spec: {node: ${node}, orchestrator: k8s, pod: a, endpoint: eth0, interfaceName: cali1, ipNetworks: ['${address}'], profiles: [${profiles}]}
`
}

function host(node: string, profiles: string): string {
  return `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: ${node}}
spec: {node: ${node}, interfaceName: eth0, profiles: [${profiles}]}
`
}

function read(...documents: readonly string[]): PolicySet {
  return readPolicy([fileOf('a.yaml', documents.join('---\n'))]).value
}

function compare(base: PolicySet, head: PolicySet) {
  return resultOf(compareAccess({ base, head, moment: new Date(0), host: undefined }))
}

test('RevisionComparison compares a host that has workload endpoints alone', () => {
  const { flows, notes } = compare(read(workload('gw', '')), read(workload('gw', open)))
  assert.equal(notes, [])
  assert.ok(flows.some(({ effect, way }) => effect === 'gains' && way.includes('to cali1')))
})

test('RevisionComparison says nothing of a host that stays as it is', () => {
  assert.equal(compare(read(workload('gw', '')), read(workload('gw', ''))), { hosts: 1, flows: [], notes: [] })
})

test('RevisionComparison takes no IPv6 address for the IPv4 address of the same number', () => {
  const policy = (action: string) => `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p}
spec: {types: [Egress], egress: [{action: ${action}, source: {nets: [10.65.0.2/32]}}]}
`
  const workloads = [workload('h1', ''), workload('h2', '', '::a41:2/128')]
  const { flows } = compare(read(...workloads, policy('Deny')), read(...workloads, policy('Allow')))
  assert.ok(flows.length > 0)
  assert.equal([...new Set(flows.map(({ hostsText }) => hostsText))], ['h1'])
})

test('describeDifference() calls no hosts all of them while another has workload endpoints alone', () => {
  const base = read(host('h1', ''), host('h2', ''), workload('h3', ''))
  const head = read(host('h1', open), host('h2', open), workload('h3', ''))
  const { flows } = compare(base, head)
  assert.ok(flows.length > 0)
  assert.equal([...new Set(flows.map(({ hostsText }) => hostsText))], ['h1, h2'])
})

test.run()
