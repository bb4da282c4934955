import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { officeSet, policyFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('explain')

const manyPorts = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: many}
spec:
  selector: role == 'web'
  order: 5
  ingress:
${Array.from({ length: 12 }, (_, at) => `    - {action: Allow, protocol: UDP, source: {nets: [198.18.0.7/32]}, destination: {ports: [${5000 + at}]}}\n`).join('')}`
const folder = policyFolder({
  'web.yaml': webEndpoint,
  'policies/web.yaml': webPolicy(443),
  'policies/many.yaml': manyPorts,
  'office.yaml': officeSet,
})
const target = ['--from', folder, '--host', 'web-1'] as const
const ask = (words: string) => rampart('explain', ...target, ...words.split(' '))

const world = 'iif=eth0 src=198.18.0.7 dst=192.0.2.10'

test('explain says the verdict, the stage and the policy line', async () => {
  assert.equal(await ask(`${world} proto=tcp sport=50000 dport=443 state=new`), {
    code: 0,
    out: [
      `allow  ${world} proto=tcp sport=50000 dport=443 state=new`,
      '  input  accept  GlobalNetworkPolicy/web ingress[0] (policies/web.yaml:7)  tcp dport 443 counter name "gnp/web/ingress/0" accept',
      '',
    ].join('\n'),
    err: '',
  })
})

test('explain says what it assumed, and leads a default denial to the endpoint', async () => {
  const { code, out } = await ask(`${world} proto=tcp dport=5432`)
  assert.is(code, 0)
  assert.match(out, /^deny {2}iif=eth0/)
  assert.match(out, '\n  assumed: sport=40000 state=new\n')
  assert.match(out, 'drop    HostEndpoint/web-1-eth0 ingress default (web.yaml:3)')
})

test('explain leads a merged rule to the line that allowed', async () => {
  const { out } = await ask(`${world} proto=udp dport=5007 --format json`)
  const { decidedBy } = JSON.parse(out) as { readonly decidedBy: object }
  assert.equal(decidedBy, { origin: 'GlobalNetworkPolicy/many ingress[7]', file: 'policies/many.yaml', line: 15 })
})

test('explain says what a staged policy would do otherwise, and nothing more of it', async () => {
  const staged = webPolicy(8443).replace('kind: G', 'kind: StagedG')
  const beside = policyFolder({ 'web.yaml': webEndpoint, 'web-policy.yaml': webPolicy(443), 'staged.yaml': staged })
  const answer = (words: string) =>
    rampart('explain', '--from', beside, '--host', 'web-1', ...`${world} ${words}`.split(' '))
  const line = (outcome: string) => `\n  staged: StagedGlobalNetworkPolicy/web ingress would have ${outcome} it\n`
  assert.match((await answer('proto=tcp dport=443')).out, line('denied'))
  assert.match((await answer('proto=tcp dport=443')).out, /^allow {2}/)
  assert.match((await answer('proto=tcp dport=8443')).out, line('allowed'))
  assert.not.match((await answer('proto=tcp dport=1')).out, 'staged')
  assert.not.match((await answer('--all proto=tcp dport=1')).out, 'staged')
  const { stages, staged: told } = JSON.parse((await answer('proto=tcp dport=443 --format json')).out)
  assert.equal(told, [{ origin: 'StagedGlobalNetworkPolicy/web', direction: 'ingress', outcome: 'denied' }])
  assert.not.match(JSON.stringify(stages), 'staged/')
})

test('explain says why not: what denied, what stands behind it, what came near and failed in what', async () => {
  const blocked = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: block}
spec:
  order: 1
  selector: role == 'web'
  ingress:
    - {action: Deny, source: {nets: [198.18.0.0/24]}}
    - action: Allow
      protocol: TCP
      destination: {ports: [9443]}
      metadata: {annotations: {rampart/expires: "2030-01-31T18:00:00Z"}}
`
  const from = policyFolder({
    'web.yaml': webEndpoint,
    'policies/web.yaml': webPolicy(443),
    'office.yaml': officeSet,
    'block.yaml': blocked,
  })
  const why = async (words: string) =>
    (
      await rampart('explain', '--from', from, '--host', 'web-1', '--at', '2030-02-01T00:00:00Z', ...words.split(' '))
    ).out
      .split('\n')
      .slice(3, -1)
  assert.equal(await why(`${world} proto=tcp dport=443`), [
    '  why not: GlobalNetworkPolicy/block ingress[0] (block.yaml:8) denies it',
    '    behind it GlobalNetworkPolicy/web ingress[0] (policies/web.yaml:7) would allow it',
  ])
  const elsewhere = world.replace('198.18.0.7', '192.0.2.77')
  assert.equal(await why(`${elsewhere} proto=tcp dport=9443`), [
    '  why not: nothing in tier default allows it, so HostEndpoint/web-1-eth0 ingress default denies it',
    '    GlobalNetworkPolicy/block ingress[1] (block.yaml:9) would allow it, but it has expired at 2030-01-31T18:00:00Z',
    '    GlobalNetworkPolicy/web ingress[0] (policies/web.yaml:7) would allow it, but destination port 9443 is not 443',
    '    GlobalNetworkPolicy/web ingress[1] (policies/web.yaml:8) would allow it, but destination port 9443 is not 22, and source 192.0.2.77 is not in the set has(office)',
  ])
  assert.equal((await why(`${elsewhere} proto=sctp dport=9`)).at(-1), '    none of 3 comes near: --why-not shows all')
  assert.match((await why(`${elsewhere} proto=icmp icmp-type=3 --why-not`)).at(-1) ?? '', 'protocol ICMP is not TCP')
  const { out } = await rampart(
    'explain',
    '--from',
    from,
    '--host',
    'web-1',
    '--format',
    'json',
    ...`${world} proto=tcp dport=443`.split(' '),
  )
  assert.equal(JSON.parse(out).whyNot, {
    denial: 'HostEndpoint/web-1-eth0 ingress default',
    deniedBy: { origin: 'GlobalNetworkPolicy/block ingress[0]', file: 'block.yaml', line: 8 },
    where: 'tier default',
    behind: [{ origin: 'GlobalNetworkPolicy/web ingress[0]', file: 'policies/web.yaml', line: 7, action: 'Allow' }],
    missed: [],
  })
})

test('explain prints one JSON document', async () => {
  const { out } = await ask(`${world} proto=tcp dport=443 --format json`)
  const origin = { origin: 'GlobalNetworkPolicy/web ingress[0]', file: 'policies/web.yaml', line: 7 }
  assert.equal(JSON.parse(out), {
    version: 1,
    verdict: 'allow',
    unpoliced: false,
    stages: [
      {
        chain: 'input',
        hook: 'input',
        priority: 0,
        verdict: 'accept',
        unknown: false,
        decidedBy: { ...origin, rule: 'tcp dport 443 counter name "gnp/web/ingress/0" accept' },
      },
    ],
    staged: [],
    decidedBy: origin,
    whyNot: null,
  })
})

test('explain says when nothing judges the packet', async () => {
  const { code, out } = await ask('iif=eth1 src=198.18.0.7 dst=192.0.2.10 proto=tcp dport=1')
  assert.is(code, 0)
  assert.match(out, 'unpoliced: nothing here judges such packets')
  const json = await ask('iif=lo src=127.0.0.1 dst=127.0.0.1 proto=tcp dport=1 --format json')
  const { verdict, unpoliced, decidedBy } = JSON.parse(json.out) as Readonly<Record<string, unknown>>
  assert.equal([verdict, unpoliced, decidedBy], ['allow', true, null])
})

test('explain --all shows every rule that was tried, and why it does not match', async () => {
  const { out } = await ask(`--all ${world} proto=tcp dport=5432`)
  for (const line of [
    '-   0  iifname "cali*" goto workload/egress: iifname is eth0',
    '+   2  iifname vmap @interfaces/ingress: goto ingress/web-1-eth0',
    'ct state established,related accept: the state is new',
    'icmpv6 type { 130, 131, 132, 143 } accept: it is IPv4',
    'udp dport 68 counter name "failsafe/ingress/udp-68" accept: the protocol is TCP',
    'accept: nothing in ingress/web-1-eth0/policy/default/merged-many is for it',
    'tcp dport 443 counter name "gnp/web/ingress/0" accept: dport is 5432',
    'drop  HostEndpoint/web-1-eth0 ingress default (web.yaml:3)',
  ])
    assert.match(out, line)
})

test('explain --all puts every step into the JSON document', async () => {
  const { out } = await ask(`--all --format json ${world} proto=tcp dport=443`)
  const { stages } = JSON.parse(out) as { readonly stages: readonly { readonly steps: readonly object[] }[] }
  assert.equal(
    stages.map(({ steps }) => steps.length > 0),
    [true],
  )
  const steps = stages[0]?.steps ?? []
  assert.equal(steps[1], {
    chain: 'input',
    index: 1,
    rule: 'ct state established,related accept',
    outcome: 'failed',
    reason: 'the state is new',
    counters: [],
    origin: 'established connection',
    file: null,
    line: null,
  })
  assert.equal(Object.values(steps.at(-1) ?? {}).slice(3, 6), ['matched', null, ['gnp/web/ingress/0']])
})

test('explain --expect exits 1 when the verdict is another', async () => {
  const words = `${world} proto=tcp dport=443`
  assert.is((await ask(`--expect allow ${words}`)).code, 0)
  const { code, out, err } = await ask(`--expect deny ${words}`)
  assert.is(code, 1)
  assert.match(out, /^allow/)
  assert.is(err, 'rampart: expected deny, but the packet meets allow\n')
  assert.is((await ask(`--expect maybe ${words}`)).code, 64)
})

test('explain exits 64 with every fault of a packet', async () => {
  const { code, out, err } = await ask('iif=eth0 src=198.18.0.300 dts=192.0.2.10 proto=tcp')
  assert.equal([code, out], [64, ''])
  for (const part of ['src is "198.18.0.300"', 'did you mean "dst"?', 'dst is missing', 'dport is missing'])
    assert.match(err, part)
  assert.is((await rampart('explain', ...target)).code, 64)
})

test('explain exits 1 when the policy has errors', async () => {
  const bad = policyFolder({ 'web.yaml': webEndpoint.replace('interfaceName', 'interfacename') })
  const { code, out } = await rampart('explain', '--from', bad, '--host', 'web-1', ...`${world} proto=253`.split(' '))
  assert.equal([code, out], [1, ''])
})

test.run()
