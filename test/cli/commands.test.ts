import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { officeSet, policyFolder, temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('commands')
const files = { 'web.yaml': webEndpoint, 'policies/web.yaml': webPolicy(443), 'office.yaml': officeSet }
const good = policyFolder(files)
const bad = policyFolder({ ...files, 'policies/web.yaml': webPolicy(443).replace('ports', 'port') })

test('validate counts what is there and exits 0 when nothing is wrong', async () => {
  assert.equal(await rampart('validate', good), {
    code: 0,
    out: 'valid: 3 files, 1 host, 1 host endpoint, 1 policy, 1 network set, 0 profiles\n',
    err: '',
  })
})

test('validate names the place of a fault and exits 1', async () => {
  const { code, out, err } = await rampart('validate', bad)
  assert.equal([code, out], [1, ''])
  assert.match(err, 'policies/web.yaml:7:52: error[unknown-field]')
  assert.match(err, 'did you mean "ports"?')
})

test('validate prints one JSON document with the same faults', async () => {
  const { code, out } = await rampart('validate', bad, '--format', 'json')
  const { version, valid, diagnostics } = JSON.parse(out) as {
    readonly version: number
    readonly valid: boolean
    readonly diagnostics: readonly { readonly code: string; readonly line: number }[]
  }
  assert.equal([code, version, valid], [1, 1, false])
  assert.equal(
    diagnostics.map(({ code: name, line }) => [name, line]),
    [['unknown-field', 7]],
  )
})

test('validate fails on warnings only with --strict', async () => {
  const warned = policyFolder({ ...files, 'more.yaml': webEndpoint.replaceAll('web-1-eth0', 'web-1-more') })
  assert.is((await rampart('validate', warned)).code, 0)
  const strict = await rampart('validate', warned, '--strict')
  assert.is(strict.code, 1)
  assert.match(strict.err, 'warning[shadowed-endpoint]')
})

test('validate --explain says what a code means, and suggests the nearest', async () => {
  assert.match((await rampart('validate', '--explain', 'yaml-tag')).out, /^yaml-tag \(error\)\n\nA YAML tag/)
  const { code, err } = await rampart('validate', '--explain', 'yaml-tga')
  assert.is(code, 64)
  assert.match(err, 'did you mean "yaml-tag"?')
})

const expiring = policyFolder({
  ...files,
  'policies/web.yaml': webPolicy(443).replace(
    'name: web}',
    'name: web, annotations: {rampart/expires: "2030-01-31T18:00:00Z"}}',
  ),
})

test('validate warns of what expires within 14 days, and of what has expired, as of --at', async () => {
  const at = async (time: string) => (await rampart('validate', expiring, '--at', time)).err
  assert.is(await at('2030-01-17T17:59:59Z'), '')
  assert.match(await at('2030-01-17T18:00:00Z'), 'policies/web.yaml:3:54: warning[expires-soon]')
  assert.match(await at('2030-01-31T19:00:00+01:00'), 'warning[expired]')
  const { code, err } = await rampart('validate', expiring, '--at', '2030-01-31')
  assert.equal([code, err.includes('--at: "2030-01-31" is no moment: the time of day is missing')], [64, true])
})

test('render and explain are for the moment of --at: before it, or from it on', async () => {
  const of = ['--from', expiring, '--host', 'web-1', '--at']
  const packet = ['iif=eth0', 'src=198.51.100.7', 'dst=192.0.2.10', 'proto=tcp', 'dport=443']
  const before = '2030-01-31T17:59:59Z'
  const end = '2030-01-31T18:00:00Z'
  assert.match((await rampart('render', ...of, before)).out, 'tcp dport 443 meta time < 1896112800')
  assert.not.match((await rampart('render', ...of, end)).out, 'tcp dport 443')
  assert.is((await rampart('explain', ...packet, ...of, before, '--expect', 'allow')).code, 0)
  assert.is((await rampart('explain', ...packet, ...of, end, '--expect', 'deny')).code, 0)
})

test('render prints the same script every time', async () => {
  const first = await rampart('render', '--from', good, '--host', 'web-1')
  assert.is(first.code, 0)
  assert.match(first.out, /^table inet rampart\ndelete table inet rampart\ntable inet rampart \{\n/)
  assert.match(first.out, 'tcp dport 443')
  assert.equal(await rampart('render', '--from', good, '--host', 'web-1'), first)
})

test('render takes the interfaces of --facts', async () => {
  const nameless = policyFolder({ ...files, 'web.yaml': webEndpoint.replace('interfaceName: eth0, ', '') })
  const facts = join(temporaryFolder(), 'host.json')
  const host = { node: 'web-1', interfaces: [{ name: 'ens3', addresses: ['192.0.2.10/24'] }] }
  const { writeFileSync } = await import('node:fs')
  writeFileSync(facts, JSON.stringify(host))
  assert.match((await rampart('render', '--from', nameless, '--facts', facts)).out, '"ens3" : goto ingress/web-1-eth0')
  assert.match((await rampart('render', '--from', nameless, '--host', 'web-1')).out, '"192.0.2.10" : goto')
  const other = await rampart('render', '--from', nameless, '--facts', facts, '--host', 'web-2')
  assert.is(other.code, 64)
  assert.match(other.err, '--facts are of "web-1"')
})

test('render exits 1 and prints nothing when the policy has errors', async () => {
  const { code, out, err } = await rampart('render', '--from', bad, '--host', 'web-1')
  assert.equal([code, out], [1, ''])
  assert.match(err, 'unknown-field')
})

test('a folder that is not there is a failure, not an empty policy', async () => {
  const { code, err } = await rampart('render', '--from', join(good, 'nowhere'), '--host', 'web-1')
  assert.is(code, 1)
  assert.match(err, 'nowhere')
})

test('an empty folder is an error, not an empty policy', async () => {
  const { code, err } = await rampart('render', '--from', temporaryFolder(), '--host', 'web-1')
  assert.is(code, 1)
  assert.match(err, 'error[no-documents]')
})

test('wrong words exit 64 and suggest the nearest', async () => {
  const option = await rampart('plan', '--form', good)
  assert.equal([option.code, option.err.includes('Did you mean --from?')], [64, true])
  const command = await rampart('aply')
  assert.equal([command.code, command.err.includes('Did you mean apply?')], [64, true])
  assert.is((await rampart('render', '--from', good, '--repo', 'https://git.example.org/x')).code, 64)
  assert.is((await rampart('render', '--from', good, '--ref', 'main')).code, 64)
  assert.is((await rampart('plan', '--format', 'yaml')).code, 64)
})

test('a configuration that is not understood exits 64 with its place', async () => {
  const config = join(
    policyFolder({ 'agent.yaml': 'apiVersion: rampart/v1\nkind: AgentConfiguration\nrepositry: {url: x}\n' }),
    'agent.yaml',
  )
  const { code, err } = await rampart('plan', '--config', config)
  assert.is(code, 64)
  assert.match(err, 'did you mean "repository"?')
  assert.match(err, /agent\.yaml:3:1/)
})

test('status, sync without an agent exit 1 and say so', async () => {
  process.env.RAMPART_RUNTIME_DIR = temporaryFolder()
  for (const command of ['status', 'sync']) {
    const { code, err } = await rampart(command)
    assert.is(code, 1)
    assert.match(err, 'no agent runs')
  }
})

test('--version prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  assert.equal(await rampart('--version'), { code: 0, out: `${version}\n`, err: '' })
})

test.run()
