/** The published schemas, as an editor uses them: well formed, and never stricter than the program. */

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadDocuments } from '../../src/load/load-documents.ts'
import { documentOf, fileOf } from '../validate/policy-files.ts'

const schemaOf = (name: string): { readonly $schema: string; readonly title: string } =>
  JSON.parse(readFileSync(`schemas/${name}`, 'utf8'))
const compile = (name: string) => new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schemaOf(name))
const valuesIn = (text: string) => loadDocuments([fileOf('a.yaml', text)]).value.map(({ value }) => value)

test('every schema is JSON Schema 2020-12 with a title', () => {
  for (const name of readdirSync('schemas').filter((file) => file !== 'policy.json')) {
    assert.type(compile(name), 'function')
    assert.is(schemaOf(name).$schema, 'https://json-schema.org/draft/2020-12/schema')
    assert.ok(schemaOf(name).title)
  }
})

test('policy.json accepts every document of the example repository', () => {
  const validate = new Ajv2020({ strict: false }).compile(schemaOf('policy.json'))
  const files = readdirSync('policies', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))
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

test.run()
