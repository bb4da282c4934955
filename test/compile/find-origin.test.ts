import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findOrigin } from '../../src/compile/find-origin.ts'
import { positionOf } from '../../src/diagnostic/source.ts'
import { compileCase, goldenCases } from '../golden/golden-cases.ts'

const test = suite('find-origin')
const cases = (await goldenCases()).map((golden) => ({ name: golden.name, compiled: compileCase(golden) }))

test('findOrigin() leads every rule that a policy wrote to a line of it', () => {
  let policyRules = 0
  for (const { name, compiled } of cases) {
    for (const chain of compiled.ruleset.chains.values()) {
      for (const rule of chain.rules) {
        const counters = rule.statements.flatMap((statement) => (statement.type === 'counter' ? [statement.name] : []))
        if (counters.every((counter) => compiled.counters.get(counter)?.type !== 'rule')) continue
        const origin = findOrigin({ rule, counters }, compiled)
        assert.ok(origin?.span, `${name}: ${rule.comment}`)
        policyRules++
      }
    }
  }
  assert.ok(policyRules > 300, String(policyRules))
})

test('findOrigin() leads every counter of a merged rule to its own line', () => {
  const { compiled } = cases.find(({ name }) => name === 'merged-runs') ?? {}
  if (compiled === undefined) throw new Error('there is no case of merged rules')
  const chain = 'ingress/e0/policy'
  const rule = compiled.ruleset.chains.get(chain)?.rules.find(({ statements }) => statements[0]?.type === 'counter-map')
  if (rule === undefined) throw new Error('there is no merged rule')
  const lines = ['gnp/a-ports/ingress/0', 'gnp/a-ports/ingress/7'].map((counter) => {
    const origin = findOrigin({ rule, counters: [counter] }, compiled)
    return origin?.span && `${origin.text} ${positionOf(origin.span).line}`
  })
  assert.match(lines[0] ?? '', /^GlobalNetworkPolicy\/a-ports ingress\[0\] \d+$/)
  assert.match(lines[1] ?? '', /^GlobalNetworkPolicy\/a-ports ingress\[7\] \d+$/)
})

test('findOrigin() names the endpoint for what it decides itself, and nobody for rules that lead on', () => {
  const { compiled } = cases.find(({ name }) => name === 'default-deny') ?? {}
  if (compiled === undefined) throw new Error('there is no such case')
  const [chain] = [...compiled.ruleset.chains.values()].filter(({ name }) => name.startsWith('ingress/'))
  const texts = (chain?.rules ?? []).map((rule) => {
    const counters = rule.statements.flatMap((statement) => (statement.type === 'counter' ? [statement.name] : []))
    return findOrigin({ rule, counters }, compiled)?.text.replace(/^HostEndpoint\/\S+ /, '')
  })
  assert.equal([texts[0], texts[1], texts.at(-1)], ['ingress invalid', undefined, 'ingress default'])
})

test('findOrigin() says of what a base chain accepts that it belongs to a known connection', () => {
  const { compiled } = cases.find(({ name }) => name === 'default-deny') ?? {}
  const rules = compiled?.ruleset.chains.get('input')?.rules ?? []
  const origins = rules.map((rule) => compiled && findOrigin({ rule, counters: [] }, compiled)?.text)
  assert.equal(origins, [undefined, 'established connection', undefined])
})

test.run()
