/** Generates everything that is derived from src/schema: the published JSON Schemas and the compiled validators. */

import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import { transform } from 'esbuild'
import type { TSchema } from 'typebox'
import { agentConfiguration } from '../schema/agent-configuration.ts'
import { felixConfiguration } from '../schema/felix-configuration.ts'
import { globalNetworkPolicy } from '../schema/global-network-policy.ts'
import { globalNetworkSet } from '../schema/global-network-set.ts'
import { hostEndpoint } from '../schema/host-endpoint.ts'
import { hostFacts } from '../schema/host-facts.ts'
import { networkPolicy } from '../schema/network-policy.ts'
import { networkSet } from '../schema/network-set.ts'
import { policyTest } from '../schema/policy-test.ts'
import { profile } from '../schema/profile.ts'
import { rule } from '../schema/rule.ts'
import { stagedGlobalNetworkPolicy } from '../schema/staged-global-network-policy.ts'
import { stagedNetworkPolicy } from '../schema/staged-network-policy.ts'
import { tier } from '../schema/tier.ts'
import { workloadEndpoint } from '../schema/workload-endpoint.ts'

const policyKinds: Readonly<Record<string, TSchema & { readonly description?: string }>> = {
  FelixConfiguration: felixConfiguration,
  GlobalNetworkPolicy: globalNetworkPolicy,
  GlobalNetworkSet: globalNetworkSet,
  HostEndpoint: hostEndpoint,
  NetworkPolicy: networkPolicy,
  NetworkSet: networkSet,
  PolicyTest: policyTest,
  Profile: profile,
  StagedGlobalNetworkPolicy: stagedGlobalNetworkPolicy,
  StagedNetworkPolicy: stagedNetworkPolicy,
  Tier: tier,
  WorkloadEndpoint: workloadEndpoint,
}
const hostKinds: Readonly<Record<string, TSchema>> = { AgentConfiguration: agentConfiguration, HostFacts: hostFacts }
const allKinds = { ...policyKinds, ...hostKinds }

/** Texts by path from the project root. */
export async function generateSchemas(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const [kind, schema] of Object.entries(allKinds)) {
    files.set(`schemas/${kind}.json`, printSchema(kind, JSON.parse(JSON.stringify(schema))))
  }
  files.set('schemas/policy.json', printSchema('policy', anyPolicyKind()))
  files.set('src/schema/validators.js', await compileValidators())
  files.set('src/schema/validators.d.ts', declareValidators())
  return files
}

function printSchema(name: string, schema: object): string {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `urn:rampart:schema:${name}` }
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`
}

/** For editors: `kind` chooses the schema of the rest. Self-contained, so that no reference has to be fetched. */
function anyPolicyKind(): object {
  const kinds = Object.keys(policyKinds)
  return {
    title: 'Policy document',
    description: 'A document of a rampart policy repository.',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: {
        enum: ['projectcalico.org/v3', 'rampart/v1'],
        title: 'Version',
        description: 'projectcalico.org/v3, of a PolicyTest rampart/v1.',
        enumDescriptions: ["Of Calico's kinds.", 'Of a PolicyTest.'],
      },
      kind: {
        enum: kinds,
        title: 'Kind',
        description: 'What the document defines; the rest of it depends on that.',
        enumDescriptions: kinds.map((kind) => policyKinds[kind]?.description ?? ''),
      },
      metadata: { title: 'Metadata', description: 'What the document is called, and what is said about it.' },
      spec: { title: 'Content', description: 'What the document says, by its kind.' },
    },
    allOf: kinds.map((kind) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // biome's noThenProperty guards promises; this is a JSON Schema keyword
      ...Object.fromEntries([['then', { $ref: `#/$defs/${kind}` }]]),
    })),
    $defs: JSON.parse(JSON.stringify(policyKinds)),
  }
}

async function compileValidators(): Promise<string> {
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true },
  })
  ajv.addSchema(JSON.parse(JSON.stringify(Object.fromEntries(formless(JSON.parse(ruleText))))), 'rule')
  for (const [kind, schema] of Object.entries(allKinds)) {
    ajv.addSchema(JSON.parse(JSON.stringify(withoutForms(JSON.parse(JSON.stringify(schema))))), kind)
  }
  const code = standalone.default(ajv, Object.fromEntries(Object.keys(allKinds).map((kind) => [kind, kind])))
  if (/\brequire\(/.test(code))
    throw new Error('the validators need a run-time module of ajv: leave out the keyword that brings it')
  const { code: tidy } = await transform(code, { format: 'esm', target: 'node20', minifySyntax: true })
  const table = `export const validators = { ${Object.keys(allKinds).join(', ')} }`
  return `// Generated by \`npm run schemas\` from src/schema; do not edit.\n${tidy}${table}\nexport const fields = ${JSON.stringify(allFields(), null, 2)}\n`
}

/** For each kind the fields of every mapping in it, so that a misspelt one can be answered with the nearest name. */
function allFields(): object {
  return Object.fromEntries(
    Object.entries(allKinds).map(([kind, schema]) => [kind, Object.fromEntries(fieldsOf(schema, ''))]),
  )
}

function fieldsOf(schema: unknown, place: string): readonly (readonly [string, readonly string[]])[] {
  if (!isProperty(schema)) return []
  const { properties, items }: { properties?: object; items?: unknown } = JSON.parse(JSON.stringify(schema))
  const entries = items === undefined ? [] : fieldsOf(items, `${place}/*`)
  if (properties === undefined) return entries
  const below = Object.entries(properties).flatMap(([name, value]) => fieldsOf(value, `${place}/${name}`))
  return [[place, Object.keys(properties)], ...below, ...entries]
}

/**
 * The validators judge structure only. Forms of text, ranges of ports and repeated entries are judged by src/validate, which can say
 * what is wrong with them; in the published schemas they stay, for editors.
 */
function withoutForms(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutForms)
  if (typeof schema !== 'object' || schema === null) return schema
  // rules are most of every policy's schema: one validator for all of them keeps the program small
  return JSON.stringify(schema) === ruleText ? { $ref: 'rule' } : Object.fromEntries(formless(schema))
}

const ruleText = JSON.stringify(rule)

function formless(schema: object): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(schema)
  const isUnion = entries.some(([keyword, value]) => keyword === 'type' && Array.isArray(value))
  const isFree = entries.some(([keyword, value]) => keyword === 'additionalProperties' && isProperty(value))
  const dropped = new Set([...annotations, ...forms, ...(isUnion ? ranges : [])])
  return entries
    .filter(([keyword, value]) => !dropped.has(keyword) || isProperty(value))
    .filter(([keyword]) => !isFree || !knownKeys.includes(keyword))
    .map(([keyword, value]) => [keyword, withoutForms(value)])
}

/** A field may be called like a keyword (`title`): as a field its value is a schema. */
const isProperty = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
const annotations = ['title', 'description', 'examples', 'enumDescriptions']
const forms = ['pattern', 'maxLength', 'minItems', 'uniqueItems']
const ranges = ['minimum', 'maximum']
/** Of a mapping with any keys: what editors suggest. */
const knownKeys = ['properties', 'patternProperties']

function declareValidators(): string {
  return `// Generated by \`npm run schemas\` from src/schema; do not edit.
export interface SchemaError {
  /** JSON pointer of the value that is wrong. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}
/** By kind, then by place: a JSON pointer with "*" for list indices. */
export const fields: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
export interface Validator {
  (value: unknown): boolean
  /** Of the last call. */
  readonly errors?: readonly SchemaError[] | null
}
export const validators: {
${Object.keys(allKinds)
  .map((kind) => `  readonly ${kind}: Validator`)
  .join('\n')}
}
`
}
