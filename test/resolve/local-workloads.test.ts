import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import { localWorkloads } from '../../src/resolve/local-workloads.ts'
import { filesOf, workload } from '../kernel/packet-policies.ts'

const address = { ipNetworks: ['10.65.0.2'] }
const of = (documents: readonly object[], prefixes: readonly string[] = ['cali']) => {
  const { value, diagnostics } = localWorkloads(readPolicy(filesOf({ documents })).value, 'h1', prefixes)
  return {
    names: value.map(({ interfaceName, name }) => `${interfaceName} ${name}`),
    diagnostics: diagnostics.map(({ code, message }) => `${code}: ${message}`),
  }
}

test('localWorkloads() takes this node’s workloads in order of their interfaces', () => {
  const documents = [
    workload('a', 'cali2', address),
    workload('b', 'cali1', address),
    workload('c', 'cali3', { ...address, node: 'h2' }),
  ]
  assert.equal(of(documents), { names: ['cali1 b', 'cali2 a'], diagnostics: [] })
})

test('localWorkloads() gives an interface to the smallest name and says so', () => {
  assert.equal(of([workload('b', 'cali1', address), workload('a', 'cali1', address)]), {
    names: ['cali1 a'],
    diagnostics: ['shadowed-endpoint: workload endpoint "b" does not get interface "cali1" of h1: "a" has it'],
  })
})

test('localWorkloads() leaves out interfaces without a workload prefix and says so (IF-1)', () => {
  const documents = [workload('a', 'tap1', address), workload('b', 'veth1', address)]
  const { names, diagnostics } = of(documents, ['cali', 'tap'])
  assert.equal(names, ['tap1 a'])
  assert.is(diagnostics.length, 1)
  assert.match(diagnostics[0] ?? '', /^workload-interface: .*"b".*"veth1".*cali.*tap/)
  assert.is(of(documents, []).diagnostics.length, 2)
})

test.run()
