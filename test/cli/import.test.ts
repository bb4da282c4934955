/** `rampart import`, as it is typed. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'

const test = suite('rampart import')
const rulesets = 'test/import/rulesets'
let folder = ''

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-import-'))
})
test.after.each(() => rmSync(folder, { recursive: true }))

test('import writes a repository that validate takes', async () => {
  const out = join(folder, 'policy')
  const facts = `${rulesets}/router-facts.json`
  const imported = await rampart('import', `${rulesets}/gateway.json`, '--facts', facts, '--out', out)
  assert.is(imported.code, 0)
  assert.match(imported.out, /policies\/gw-1-forward\.yaml\n/)
  assert.match(
    imported.out,
    /gateway\.json:\d+ \(inet filter input, handle 20\): policies cannot ask for a rate limit\n/,
  )
  assert.equal(readdirSync(out).sort(), ['IMPORT.md', 'config', 'hosts', 'policies', 'sets'])
  assert.match(
    readFileSync(join(out, 'IMPORT.md'), 'utf8'),
    /## The imported policy denies more than the original\n\n- /,
  )
  const validated = await rampart('validate', out)
  assert.is(validated.code, 0)
  assert.match(validated.out, /^valid: .* 1 host, 4 host endpoints, /)
})

test('import prints YAML on standard output, and what is not carried over on standard error', async () => {
  const { code, out, err } = await rampart(
    'import',
    `${rulesets}/ufw.rules`,
    `${rulesets}/ufw.rules6`,
    '--host',
    'web-1',
  )
  assert.is(code, 0)
  const path = join(folder, 'all.yaml')
  writeFileSync(path, out)
  assert.is((await rampart('validate', folder)).code, 0)
  assert.match(
    err,
    /^\nThe imported policy allows more than the original:\n {2}\S*ufw\.rules:104, \S*ufw\.rules6:142: policies cannot ask for the recent match\n/,
  )
})

test('import prints JSON with the files and what is not carried over', async () => {
  const { code, out } = await rampart('import', `${rulesets}/calico.yaml`, '--format', 'json')
  const answer = JSON.parse(out)
  assert.is(code, 0)
  assert.is(answer.version, 1)
  assert.equal(answer.notCarriedOver[0], {
    effect: 'no packet',
    reason: 'Profile projectcalico-default-allow: rampart has it built in',
    file: `${rulesets}/calico.yaml`,
    line: 221,
  })
  assert.ok(answer.files.some((file: { path: string }) => file.path === 'policies/database.yaml'))
})

test('import reads a folder of firewalld', async () => {
  const { code, out } = await rampart('import', `${rulesets}/firewalld`, '--host', 'gw-1')
  assert.is(code, 0)
  assert.match(out, /name: gw-1-input-eth0\n/)
})

test('import refuses a folder with anything in it, and a file that it does not know', async () => {
  writeFileSync(join(folder, 'mine.yaml'), 'kind: mine\n')
  const full = await rampart('import', `${rulesets}/gateway.json`, '--host', 'h', '--out', folder)
  assert.is(full.code, 1)
  assert.match(full.err, /is not empty: name a new folder\n$/)
  assert.equal(readdirSync(folder), ['mine.yaml'])
  const strange = await rampart('import', join(folder, 'mine.yaml'))
  assert.is(strange.code, 1)
  assert.match(strange.err, /mine\.yaml: this is no firewall's export: /)
  assert.is((await rampart('import', join(folder, 'missing'))).code, 1)
  assert.is((await rampart('import')).code, 64)
  assert.is((await rampart('import', 'x', '--type', 'pf')).code, 64)
})

test('import takes the type that it is told, and refuses facts that are none', async () => {
  const told = await rampart('import', `${rulesets}/ufw.rules`, '--type', 'nft', '--host', 'h')
  assert.is(told.code, 1)
  assert.match(told.err, /not JSON/)
  const facts = join(folder, 'facts.json')
  writeFileSync(facts, '{"node": "h", "routes": [{"to": "default", "interface": "eth0"}]}')
  const refused = await rampart('import', `${rulesets}/ufw.rules`, '--facts', facts)
  assert.is(refused.code, 64)
  assert.match(refused.err, /"default" is not a network: a default route is 0\.0\.0\.0\/0 or ::\/0\n$/)
})

test.run()
