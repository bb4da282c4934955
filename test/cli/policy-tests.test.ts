/** `rampart test`, and what other commands say of policy tests. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { officeSet, policyFolder, temporaryFolder, webEndpoint, webPolicy, webTest } from '../fakes/policy-folder.ts'

const test = suite('policy tests')
const second = webEndpoint.replaceAll('web-1', 'web-2').replaceAll('192.0.2.10', '192.0.2.11')
const files = { 'web.yaml': webEndpoint, 'web-2.yaml': second, 'policy.yaml': webPolicy(443), 'office.yaml': officeSet }
const cases = (...lines: readonly string[]): string =>
  `apiVersion: rampart/v1\nkind: PolicyTest\nmetadata: {name: ways}\nspec:\n  selector: has(role)\n  cases:\n${lines.map((line) => `    - {${line}}\n`).join('')}`
const good = policyFolder({ ...files, 'tests/web.yaml': webTest(443) })
const bad = policyFolder({
  ...files,
  'tests/web.yaml': cases(
    'name: the office comes in by ssh, iif: eth0, src: {selector: has(office)}, proto: tcp, dport: 22, expect: allow',
    'name: nobody else does, iif: eth0, src: {notSelector: has(office)}, proto: tcp, dport: "1:442", expect: deny',
    'name: the world reaches https and its new port, iif: eth0, proto: tcp, dport: "443:444", expect: allow',
  ),
})

test('test exits 0 when every case holds for all of its packets', async () => {
  assert.equal(await rampart('test', good), {
    code: 0,
    out: 'ok    web  1 case on web-1\n\n1 test, 1 host: 1 passed\n',
    err: '',
  })
})

test('test names for each case that fails a packet, the line that decides about it, and for which packets it is wrong', async () => {
  const { code, out, err } = await rampart('test', bad)
  assert.equal([code, err], [1, ''])
  assert.is(
    out.replaceAll(bad, 'policies'),
    `FAIL  ways  3 cases on web-1 and web-2
      nobody else does, on web-1 and web-2 (tests/web.yaml:8)
        expected deny, but this is allowed: iif=eth0 src=198.51.101.7 dst=192.0.2.10 proto=tcp sport=40000 dport=22 state=new
        allowed by failsafe ingress TCP 22
        wrong for dport=22
        $ rampart explain --from policies --host web-1 iif=eth0 src=198.51.101.7 dst=192.0.2.10 proto=tcp sport=40000 dport=22 state=new
      the world reaches https and its new port, on web-1 and web-2 (tests/web.yaml:9)
        expected allow, but this is denied: iif=eth0 src=198.51.100.7 dst=192.0.2.10 proto=tcp sport=40000 dport=444 state=new
        denied by HostEndpoint/web-1-eth0 ingress default (web.yaml:3)
        wrong for dport=444
        $ rampart explain --from policies --host web-1 iif=eth0 src=198.51.100.7 dst=192.0.2.10 proto=tcp sport=40000 dport=444 state=new

1 test, 2 hosts: 4 failed, 2 passed
`,
  )
  const explained = (/\$ rampart (.*)/.exec(out)?.[1] ?? '').split(' ')
  assert.match((await rampart(...explained)).out, /^allow {2}iif=eth0/)
})

test('test prints one JSON document with the same answers', async () => {
  const { code, out } = await rampart('test', bad, '--host', 'web-2', '--format', 'json')
  const { version, passed, counts, cases: told } = JSON.parse(out)
  assert.equal([code, version, passed, counts], [1, 1, false, { holds: 1, fails: 2, vacuous: 0 }])
  assert.equal(told[0], {
    ...{ test: 'ways', case: 'the office comes in by ssh', host: 'web-2', file: 'tests/web.yaml', line: 7 },
    ...{ expect: 'allow', finding: 'holds', packet: null, extent: null, decidedBy: null, explain: null, remarks: [] },
  })
  assert.equal(told[2].decidedBy, {
    origin: 'HostEndpoint/web-2-eth0 ingress default',
    file: 'web-2.yaml',
    line: 3,
  })
  assert.match(told[2].explain, /^rampart explain --from \S+ --host web-2 iif=eth0 /)
})

test('test --host takes the tests of one host, and knows the others', async () => {
  assert.match((await rampart('test', good, '--host', 'web-1')).out, '1 test, 1 host: 1 passed')
  assert.is((await rampart('test', good, '--host', 'web-2')).out, 'no tests: none is about this host\n')
  const unknown = await rampart('test', good, '--host', 'web-l')
  assert.equal([unknown.code, unknown.err], [64, 'no endpoint belongs to the host "web-l": did you mean "web-1"?\n'])
})

test('test says so when there is none, and exits 1 when the policy has errors', async () => {
  assert.equal(await rampart('test', policyFolder(files)), { code: 0, out: 'no tests: write a PolicyTest\n', err: '' })
  const faulty = policyFolder({ ...files, 'policy.yaml': webPolicy(443).replace('ports', 'port') })
  const { code, err } = await rampart('test', faulty)
  assert.is(code, 1)
  assert.match(err, 'error[unknown-field]')
})

test('test and validate warn of what describes nothing: it is never silently true', async () => {
  const idle = policyFolder({
    ...files,
    'v6.yaml': officeSet.replaceAll('office', 'six').replace(/nets: .*\}/, 'nets: ["2001:db8::/32"]}'),
    'tests/web.yaml': cases(
      'name: nobody is labelled so, iif: eth0, src: {selector: has(nothing)}, expect: allow',
      'name: one of two is, iif: eth0, src: [{selector: has(nothing)}, 192.0.2.99], proto: tcp, dport: 443, expect: allow',
      'name: two families, iif: eth0, src: {selector: has(six)}, dst: 192.0.2.10, expect: deny',
      'name: a misspelt interface, iif: eht0, expect: allow',
      'name: never invalid, iif: eth0, proto: icmpv6, icmp-type: 135, state: invalid, expect: deny',
    ),
  })
  const { code, out, err } = await rampart('test', idle)
  assert.is(code, 0)
  assert.match(out, '1 test, 2 hosts: 2 passed, 8 say nothing')
  const warnings = [...err.matchAll(/^tests\/web.yaml:(\S+ .*)/gm)].map(([, text]) => text)
  assert.equal(warnings, [
    '7:14: warning[vacuous-test]: the case describes no packet: nobody with an address has the labels that it selects',
    '8:46: warning[vacuous-test]: nobody with an address has such labels, so this stands for nothing',
    '9:14: warning[vacuous-test]: the case describes no packet: its addresses are of two families',
    '10:14: warning[vacuous-test]: no endpoint governs eht0, where everything is allowed (on web-1 and web-2)',
    '11:14: warning[vacuous-test]: the case describes no packet: connection tracking calls no neighbour discovery invalid',
  ])
  const validated = await rampart('validate', idle)
  assert.is(validated.code, 0)
  assert.is(validated.err.match(/vacuous-test/g)?.length, 5)
  assert.is((await rampart('validate', idle, '--strict')).code, 1)
})

test('a part of a test that describes nothing is accepted in place, with a reason', async () => {
  const text = cases('name: a branch that is to come, iif: eth0, src: {selector: has(branch)}, expect: allow')
  const accepted = text.replace('{name: ways}', '{name: ways, annotations: {rampart/allow.vacuous-test: opens in May}}')
  const folder = policyFolder({ ...files, 'tests/web.yaml': accepted })
  const { code, err } = await rampart('test', folder)
  assert.equal([code, err], [0, ''])
  const { out } = await rampart('validate', folder, '--format', 'json')
  assert.equal(JSON.parse(out).silenced[0].reason, 'opens in May')
})

test('test --at judges what has expired by then', async () => {
  const until = webPolicy(443).replace(
    '{name: web}',
    '{name: web, annotations: {rampart/expires: "2040-01-01T00:00:00Z"}}',
  )
  const folder = policyFolder({ ...files, 'policy.yaml': until, 'tests/web.yaml': webTest(443) })
  assert.is((await rampart('test', folder, '--at', '2039-12-31T23:59:59Z')).code, 0)
  const { code, out } = await rampart('test', folder, '--at', '2040-01-01T00:00:00Z')
  assert.is(code, 1)
  assert.match(out, ' --at 2040-01-01T00:00:00Z iif=eth0')
})

test('test does not guess which interface a nameless endpoint governs, and takes it from --facts', async () => {
  const nameless = policyFolder({
    'web.yaml': webEndpoint.replace('interfaceName: eth0, ', ''),
    'policy.yaml': webPolicy(443),
    'tests/web.yaml': cases('name: nothing but https, iif: ens3, proto: tcp, dport: 80, expect: deny'),
  })
  const guessed = await rampart('test', nameless)
  assert.is(guessed.code, 0)
  assert.match(
    guessed.err,
    'which interface the endpoint "web-1-eth0" governs is known on the host alone: give --facts',
  )
  const facts = join(temporaryFolder(), 'host.json')
  const host = { node: 'web-1', interfaces: [{ name: 'ens3', addresses: ['192.0.2.10/24'] }] }
  writeFileSync(facts, JSON.stringify(host))
  const known = await rampart('test', nameless, '--facts', facts)
  assert.equal([known.code, known.out, known.err], [0, 'ok    ways  1 case on web-1\n\n1 test, 1 host: 1 passed\n', ''])
  const open = { ...host, interfaces: [{ name: 'ens3', addresses: ['192.0.2.77/24'] }] }
  writeFileSync(facts, JSON.stringify(open))
  const moved = await rampart('test', nameless, '--facts', facts)
  assert.is(moved.code, 1)
  assert.match(moved.out, 'nothing judges such packets')
})

test('validate runs the tests of every host: one error a case, with the hosts and the line that decides', async () => {
  const { code, err } = await rampart('validate', bad)
  assert.is(code, 1)
  assert.match(
    err,
    'tests/web.yaml:8:14: error[test-failed]: "nobody else does" does not hold on web-1 and web-2: expected deny, but this is allowed by failsafe ingress TCP 22: iif=eth0',
  )
  assert.match(err, 'note: web.yaml:3:18: this decides')
  assert.match(err, '2 errors in 1 file')
  assert.is((await rampart('validate', good)).code, 0)
})

test('render warns that the agent would not apply it, and prints all the same', async () => {
  const { code, out, err } = await rampart('render', '--from', bad, '--host', 'web-1')
  assert.is(code, 0)
  assert.match(out, /^table inet rampart/)
  assert.match(err, 'rampart: warning: the agent would not apply this: its tests do not hold here')
  assert.match(err, 'warning[test-failed]: "nobody else does" does not hold on web-1: expected deny')
  assert.is((await rampart('render', '--from', good, '--host', 'web-1')).err, '')
})

test.run()
