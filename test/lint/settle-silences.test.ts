import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { review } from '../fakes/review.ts'
import { fileOf, printPlain } from '../validate/policy-files.ts'

const endpoint = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: h, labels: {role: web}}
spec: {node: n, interfaceName: eth0, expectedIPs: [203.0.113.1]}
`
const policy = (onPolicy: string, onRule: string) => `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: p${onPolicy}}
spec:
  ingress:
    - {action: Allow, protocol: TCP, destination: {ports: [22]}${onRule}}
    - {action: Allow, protocol: TCP, destination: {ports: [5432]}}
`
const on = (code: string) => `, annotations: {rampart/allow.${code}: "for a reason"}`
const inRule = (code: string) => `, metadata: {annotations: {rampart/allow.${code}: because}}`
const run = (onPolicy: string, onRule: string) => {
  const { diagnostics, silenced } = review([fileOf('a.yaml', `${endpoint}---\n${policy(onPolicy, onRule)}`)])
  return {
    standing: diagnostics.map((diagnostic) => printPlain(diagnostic).split(' ').slice(0, 2).join(' ')),
    silenced: silenced.map(({ diagnostic, reason }) => `${diagnostic.span?.start} ${diagnostic.code} ${reason}`),
  }
}

test('settleSilences() takes the silence of a rule for this rule, that of a document for all of it', () => {
  const { standing, silenced } = run('', '')
  assert.equal([standing.length, silenced.length], [2, 0])
  const ofRule = run('', inRule('open-management-port'))
  assert.equal(ofRule.standing, ['a.yaml:12:7 open-management-port'])
  assert.equal(ofRule.silenced.length, 1)
  assert.match(ofRule.silenced[0] ?? '', /open-management-port because$/)
  const ofPolicy = run(on('open-management-port'), '')
  assert.equal([ofPolicy.standing, ofPolicy.silenced.length], [[], 2])
})

test('findUnusedSilences() warns of a silence without its warning, wherever there is another', () => {
  assert.equal(run(on('equal-order'), '').standing, [
    'a.yaml:8:35 unused-silence',
    'a.yaml:11:7 open-management-port',
    'a.yaml:12:7 open-management-port',
  ])
  assert.equal(run('', inRule('bare-endpoint')).standing.length, 3)
})

test('settleSilences() reaches warnings of every room', () => {
  const shadowed = endpoint.replace('name: h,', `name: i${on('shadowed-endpoint')},`)
  const { diagnostics, silenced } = review([
    fileOf('a.yaml', `${endpoint}---\n${shadowed}---\n${policy(on('open-management-port'), '')}`),
  ])
  assert.equal(diagnostics, [])
  assert.is(silenced.filter(({ diagnostic }) => diagnostic.code === 'shadowed-endpoint').length, 1)
})

test.run()
