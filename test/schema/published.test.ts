/** The published schemas, as an editor uses them: well formed, and never stricter than the program. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadFile } from '../../src/load/load-file.ts'
import { check, documentOf, fileOf, printPlain, testCase } from '../validate/policy-files.ts'

const schemaOf = (name: string): { readonly $schema: string; readonly title: string } =>
  JSON.parse(readFileSync(`schemas/${name}`, 'utf8'))
const compile = (name: string) =>
  new Ajv2020({ strict: true, allowUnionTypes: true, keywords: ['enumDescriptions'] }).compile(schemaOf(name))
const valuesIn = (text: string) => loadFile(fileOf('a.yaml', text)).documents.map(({ value }) => value)

test('every schema is JSON Schema 2020-12 with a title', () => {
  for (const name of readdirSync('schemas').filter((file) => file !== 'policy.json')) {
    assert.type(compile(name), 'function')
    assert.is(schemaOf(name).$schema, 'https://json-schema.org/draft/2020-12/schema')
    assert.ok(schemaOf(name).title)
  }
})

test('every field says what it is, and every choice what it means', () => {
  for (const name of readdirSync('schemas')) assert.equal(silentPlaces(schemaOf(name), name), [])
})

test('every schema has an identity of its own', () => {
  const ids = readdirSync('schemas').map((name) => (schemaOf(name) as { readonly $id?: string }).$id)
  assert.equal(
    ids,
    readdirSync('schemas').map((name) => `urn:rampart:schema:${name.replace('.json', '')}`),
  )
})

test('every file of the example repository tells editors the schema of its kind', () => {
  for (const file of exampleFiles()) {
    const text = readFileSync(`policies/${file}`, 'utf8')
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? []
    const schema = join('policies', dirname(file), path)
    assert.ok(path !== '' && existsSync(schema), `${file}: the first line names no schema that is there`)
    const kinds = new Set([...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => `${kind}.json`))
    assert.equal([...kinds], [basename(schema)], file)
  }
})

/** Those of the example repository that are read as policy: files and folders with a dot in front are not. */
function exampleFiles(): readonly string[] {
  const files = readdirSync('policies', { recursive: true, encoding: 'utf8' })
  return files.filter((file) => /\.ya?ml$/.test(file) && !/(^|\/)\./.test(file))
}

/** Places of fields without title or description, and of enumerations without a description for each value. */
function silentPlaces(schema: object, at: string): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, value]): readonly string[] => {
    if (typeof value !== 'object' || value === null) return []
    if (keyword !== 'properties') return [...silentChoice(keyword, schema, at), ...silentPlaces(value, at)]
    return Object.entries<object>(value).flatMap(([field, inner]) => {
      // conditions of policy.json are no fields
      const isSilent =
        !('const' in inner && Object.keys(inner).length === 1) && !('title' in inner && 'description' in inner)
      return [...(isSilent ? [`${at}/${field}`] : []), ...silentPlaces(inner, `${at}/${field}`)]
    })
  })
}

function silentChoice(keyword: string, schema: object, at: string): readonly string[] {
  if (keyword !== 'enum') return []
  const { enum: values = [], enumDescriptions = [] } = schema as {
    readonly enum?: readonly unknown[]
    readonly enumDescriptions?: readonly unknown[]
  }
  return values.length === enumDescriptions.length ? [] : [`${at}: enum`]
}

test('policy.json accepts every document of the example repository', () => {
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('policy.json'))
  const files = exampleFiles()
  assert.ok(files.length > 0)
  for (const file of files) {
    for (const value of valuesIn(readFileSync(`policies/${file}`, 'utf8'))) {
      assert.ok(validate(value), `${file}: ${JSON.stringify(validate.errors)}`)
    }
  }
})

test('policy.json judges a document by its kind', () => {
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('policy.json'))
  const judge = (kind: string, spec: string) => validate(valuesIn(documentOf(kind, 'x', spec))[0])
  assert.is(judge('GlobalNetworkSet', 'nets: [10.0.0.0/8]'), true)
  assert.is(judge('GlobalNetworkSet', 'node: x'), false)
  assert.is(judge('HostEndpoint', 'node: x\ninterfaceName: "*"'), true)
  assert.is(judge('Nothing', 'node: x'), false)
})

const workload =
  'node: n\ninterfaceName: cali0\nipNetworks: [10.65.0.2]\nports: [{name: http, protocol: 6, port: 80}, {name: "", protocol: TCP, port: 1, hostPort: 2}]'
const rules =
  'types: [Ingress]\norder: null\ntier: ""\ningress:\n- action: Pass\n  protocol: "6"\n  metadata: {annotations: {ticket: "7"}}\n  source: {namespaceSelector: all(), ports: [http, 1, "2:3"]}'
const widest: readonly (readonly [string, string])[] = [
  ['WorkloadEndpoint', workload],
  ['NetworkPolicy', rules],
  ['GlobalNetworkPolicy', `${rules}\nnamespaceSelector: all()\napplyOnForward: true\npreDNAT: true`],
  ['StagedNetworkPolicy', `${rules}\nstagedAction: Set`],
  ['StagedGlobalNetworkPolicy', 'stagedAction: Delete'],
  ['NetworkSet', 'nets: [10.0.0.1/8]'],
  ['Tier', 'order: null\ndefaultAction: Pass'],
  [
    'FelixConfiguration',
    'chainInsertMode: APPEND\nlogActionRateLimit: ""\nnftablesMarkMask: 0xffff0000\nipv6Support: true',
  ],
]

test('policy.json takes a policy test as the program does', () => {
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('policy.json'))
  const fields =
    'iif: eth0, oif: eth1, src: any, dst: [10.0.0.0/8, {selector: all(), notSelector: has(a), namespaceSelector: global()}], proto: [TCP, 17], sport: 1024:65535, dport: [80, 8000:8010], state: new, orig-dst: {selector: all()}, orig-dport: 8080, expect: allow'
  const ping = 'iif: eth0, proto: icmp, icmp-type: 8, icmp-code: any, expect: deny'
  for (const text of [testCase(fields), testCase(ping)]) {
    assert.equal(check([fileOf('a.yaml', text)]).diagnostics.map(printPlain), [])
    assert.ok(validate(valuesIn(text)[0]), JSON.stringify(validate.errors))
  }
  assert.is(validate(valuesIn(testCase('iif: eth0, src: {selctor: all()}, expect: deny'))[0]), false)
})

test('policy.json is not stricter than the program about what each kind may hold', () => {
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('policy.json'))
  const texts = widest.map(([kind, spec]) => documentOf(kind, 'default', spec))
  const isTier = (text: string) => text.includes('kind: Tier')
  for (const text of texts.map((text) => (isTier(text) ? text.replace('name: default', 'name: late') : text))) {
    const endpoint = documentOf('WorkloadEndpoint', 'w', workload)
    const errors = check([fileOf('a.yaml', text), fileOf('b.yaml', endpoint)]).diagnostics.map(printPlain)
    assert.equal(errors, [])
    assert.ok(validate(valuesIn(text)[0]), `${text}${JSON.stringify(validate.errors)}`)
  }
})

test.run()
