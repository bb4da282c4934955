import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { catalogue } from '../../src/diagnostic/catalogue.ts'
import { rampart } from '../fakes/command-line.ts'
import { policyFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const sshPolicy = webPolicy(22).split('\n').slice(0, -2).join('\n')
const ssh = policyFolder({ 'web.yaml': webEndpoint, 'ssh.yaml': `${sshPolicy}\n` })
const annotations = 'annotations: {rampart/allow.open-management-port: "a lab"}'
const accepted = policyFolder({
  'web.yaml': webEndpoint,
  'ssh.yaml': `${sshPolicy.replace('{name: web}', `{name: web, ${annotations}}`)}\n`,
})

test('validate warns of what is hardly meant, which plan and render leave to it', async () => {
  const { code, out, err } = await rampart('validate', ssh)
  assert.is(code, 0)
  assert.match(err, 'warning[open-management-port]')
  assert.match(out, /^valid: /)
  const rendered = await rampart('render', '--from', ssh, '--host', 'web-1')
  assert.equal([rendered.code, rendered.err], [0, ''])
})

test('validate --strict lets pass what is accepted with a reason', async () => {
  assert.is((await rampart('validate', '--strict', ssh)).code, 1)
  const { code, out, err } = await rampart('validate', '--strict', accepted)
  assert.equal([code, err], [0, ''])
  assert.match(out, /, 1 silenced warning\n$/)
})

test('validate --format json lists what was accepted, with its reason', async () => {
  const report = JSON.parse((await rampart('validate', accepted, '--format', 'json')).out) as {
    readonly version: number
    readonly warnings: number
    readonly silenced: readonly { readonly code: string; readonly reason: string; readonly file: string }[]
  }
  assert.equal([report.version, report.warnings], [1, 0])
  assert.equal(
    report.silenced.map(({ code, reason, file }) => [code, reason, file]),
    [['open-management-port', 'a lab', 'ssh.yaml']],
  )
})

test('validate --format github and sarif print results on standard output alone', async () => {
  const github = await rampart('validate', ssh, '--format', 'github')
  assert.equal([github.code, github.err], [0, ''])
  assert.match(github.out, /^::warning file=ssh\.yaml,line=\d+,.*title=open-management-port::/)
  const sarif = await rampart('validate', accepted, '--format', 'sarif')
  assert.equal([sarif.code, sarif.err], [0, ''])
  const log = JSON.parse(sarif.out) as {
    readonly runs: readonly { readonly results: readonly { readonly suppressions?: readonly object[] }[] }[]
  }
  assert.equal(
    log.runs[0]?.results.map(({ suppressions }) => suppressions),
    [[{ kind: 'inSource', justification: 'a lab' }]],
  )
})

test('validate --explain without a code lists all, and with one shows how it is right', async () => {
  const { code, out } = await rampart('validate', '--explain')
  assert.is(code, 0)
  assert.is(out.trimEnd().split('\n').length, Object.keys(catalogue).length)
  const one = (await rampart('validate', '--explain', 'shadowed-rule')).out
  for (const part of ['shadowed-rule (warning)', 'wrong:', 'right:', 'rampart/allow.shadowed-rule'])
    assert.ok(one.includes(part), part)
})

test('validate --explain prints JSON, too, and neither what forges read nor a code that is none', async () => {
  const codes = async (...words: readonly string[]) =>
    JSON.parse((await rampart('validate', '--format', 'json', '--explain', ...words)).out).codes
  assert.is((await codes()).length, Object.keys(catalogue).length)
  const [{ code, severity, explanation, example }] = await codes('shadowed-rule')
  assert.equal([code, severity, explanation], ['shadowed-rule', 'warning', catalogue['shadowed-rule'].explanation])
  assert.equal(Object.keys(example), ['wrong', 'right'])
  const fails = async (...words: readonly string[]) => {
    const { code: exit, out, err } = await rampart('validate', ...words)
    assert.equal([exit, out], [64, ''])
    return err
  }
  assert.is(await fails('--format', 'sarif', '--explain'), '--explain prints text or json, not sarif\n')
  assert.is(
    await fails('--explain', 'shadowed-rul'),
    'there is no diagnostic code "shadowed-rul": did you mean "shadowed-rule"?\n',
  )
})

test.run()
