import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { policyFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('explain: questions')
const example = join(import.meta.dirname, '../../policies')
const ask = (...words: readonly string[]) => rampart('explain', '--from', example, ...words)

/** In answers/, about the example repository (UPDATE_GOLDEN=1 rewrites them). */
const answers: readonly (readonly [file: string, ...words: string[]])[] = [
  ['selector-to-host', "from=role == 'web'", 'to=db-1', 'port=5432'],
  ['members-differ', 'from=office', 'to=bastion-1', 'port=22'],
  ['world-to-endpoint', 'from=0.0.0.0/0', 'to=web-1-eth0', 'port=443'],
  ['one-end', '--host', 'db-1', 'from=web-1-eth1', 'to=db-1', 'port=5433'],
  ['between', '--host', 'gw-1', 'iif=eth0', 'oif=eth1', 'from=office', 'to=10.0.0.31', 'port=5432'],
  ['ping', 'from=db-1', 'to=mirror', 'proto=icmp'],
  ['itself', 'from=web-1', 'to=web-1', 'port=443'],
]
for (const [file, ...words] of answers)
  test(`explain ${words.join(' ')} answers as answers/${file}.txt says`, async () => {
    const { code, out, err } = await ask(...words)
    assert.equal([code, err], [0, ''])
    const path = join(import.meta.dirname, 'answers', `${file}.txt`)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, out)
    assert.is(out, existsSync(path) ? readFileSync(path, 'utf8') : '')
  })

test('explain prints the answer as JSON, group by group, with what is in the way', async () => {
  const { out } = await ask('from=web-1-eth1', 'to=db-1', 'port=5433', '--format', 'json')
  const { version, verdict, question, groups } = JSON.parse(out)
  assert.equal([version, verdict], [1, 'deny'])
  assert.equal(question, { from: 'web-1-eth1', to: 'db-1', packet: 'proto=tcp dport=5433' })
  assert.is(groups.length, 1)
  const [{ from, to, legs }] = groups
  assert.equal(from, [{ name: 'HostEndpoint/web-1-eth1', addresses: ['10.0.0.21', '2001:db8:10::21'] }])
  assert.equal(to, [{ name: 'HostEndpoint/db-1-eth0', addresses: ['10.0.0.31', '2001:db8:10::31'] }])
  assert.equal(
    legs.map((leg: Record<string, unknown>) => [leg.way, leg.hosts, leg.verdict]),
    [
      ['leaves', ['web-1 by eth1'], 'deny'],
      ['reaches', ['db-1 by eth0'], 'deny'],
    ],
  )
  assert.equal(legs[1].whyNot.missed[0], {
    origin: 'GlobalNetworkPolicy/database-from-web ingress[0]',
    file: 'policies/database.yaml',
    line: 27,
    failing: ['destination port 5433 is not 5432'],
  })
})

test('explain --expect of a question asks for one verdict of all', async () => {
  const expect = async (to: string, verdict: string) =>
    (await ask('from=office', `to=${to}`, 'port=22', '--expect', verdict)).code
  assert.equal([await expect('bastion-1-eth0', 'allow'), await expect('bastion-1-eth1', 'deny')], [0, 0])
  assert.equal([await expect('bastion-1', 'allow'), await expect('bastion-1', 'deny')], [1, 1])
})

const faults: readonly (readonly [words: readonly string[], says: string])[] = [
  [['from=offce', 'to=db-1', 'port=1'], 'from=: nobody is called "offce": did you mean "office"?'],
  [
    ['from=role = "web"', 'to=db-1', 'port=1'],
    'from=: "role = "web"" is no selector: unknown operator "=": write "=="',
  ],
  [["from=role == 'nobody'", 'to=db-1', 'port=1'], "from=: nobody matches the selector role == 'nobody'"],
  [['from=office', 'to=mirror', 'port=1'], 'neither GlobalNetworkSet/office nor GlobalNetworkSet/mirror is on a host'],
  [
    ['from=office', 'to=db-1', 'port=1', '--host', 'gw-1'],
    'gw-1 is at neither end: give iif= and oif=, by which it would pass such packets on',
  ],
  [
    ['from=office', 'to=db-1', 'port=1', '--host', 'gw1'],
    'no endpoint belongs to the host "gw1": did you mean "gw-1"?',
  ],
  [['from=office', 'to=db-1', 'port=1', '--all'], '--all is for one packet: --why-not shows every rule'],
  [['from=office', 'to=db-1', 'port=1', 'iif=eth0'], 'iif= and oif= are for a host between the ends'],
  [
    ['from=::1', 'to=db-1', 'proto=icmp'],
    'no packet goes from there to there: the ends have no addresses of one family',
  ],
  [['from=office', 'to=db-1'], 'port= is missing: give a port, or proto=icmp'],
  [['from=office', 'to=db-1', 'port=http'], 'port is "http"'],
  [['from=office', 'port=1'], 'to= is missing'],
  [['from=office', 'from=lan', 'to=db-1', 'port=1'], 'from= is given twice'],
  [['from=office', 'to=db-1', 'prt=1'], '"prt=1" is no word of a question: did you mean "port="?'],
  [['from=office', 'to=db-1', 'dport=1'], '"dport=1" does not go with from= and to='],
]
for (const [words, says] of faults)
  test(`explain ${words.join(' ')} says what is wrong`, async () => {
    const { code, out, err } = await ask(...words)
    assert.equal([code, out], [64, ''])
    assert.match(err, says)
  })

test('explain says once what is wrong with many pairs of ends', async () => {
  const { code, err } = await ask("from=role == 'web'", 'to=db-1', 'port=5432', '--host', 'gw-1')
  assert.equal(
    [code, err],
    [64, 'gw-1 is at neither end: give iif= and oif=, by which it would pass such packets on\n'],
  )
})

test('explain asks for the kind where an endpoint and a set have one name, and takes what has expired into account', async () => {
  const named = (kind: string, spec: string) =>
    `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: web-1-eth0}\nspec: {${spec}}\n`
  const from = policyFolder({
    'web.yaml': webEndpoint,
    'set.yaml': named('GlobalNetworkSet', 'nets: [198.51.100.0/24]'),
    'policy.yaml': webPolicy(443).replace(
      'name: web}',
      'name: web, annotations: {rampart/expires: "2030-01-31T18:00:00Z"}}',
    ),
  })
  const say = (...words: readonly string[]) => rampart('explain', '--from', from, ...words)
  const { code, err } = await say('from=198.51.100.1', 'to=web-1-eth0', 'port=443')
  assert.equal(
    [code, err.includes('may be any of these: HostEndpoint/web-1-eth0, GlobalNetworkSet/web-1-eth0')],
    [64, true],
  )
  const at = async (time: string) =>
    (await say('from=198.51.100.1', 'to=HostEndpoint/web-1-eth0', 'port=443', '--at', time)).out
  assert.match(await at('2030-01-31T17:59:59Z'), /^allow/)
  assert.match(await at('2030-01-31T18:00:00Z'), 'would allow it, but it has expired at 2030-01-31T18:00:00Z')
})

test.run()
