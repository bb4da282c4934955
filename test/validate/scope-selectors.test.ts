/** Effective selectors: what namespaces make of those that are written (behaviour.md 1.5, 2.5). */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import { check, documentOf, fileOf } from './policy-files.ts'

const read = (kind: string, spec: string): PolicySet => {
  const text = documentOf(kind, 'p', spec).replace(
    '{name: p}',
    kind.startsWith('Global') ? '{name: p}' : '{name: p, namespace: shop}',
  )
  const { policySet, diagnostics } = check([fileOf('a.yaml', text)])
  assert.equal(diagnostics, [])
  return policySet
}
const applied = (kind: string, spec: string) => {
  const selector = read(kind, spec).policies[0]?.selector
  return selector === undefined ? undefined : printSelector(selector)
}
const peers = (kind: string, source: string) => {
  const entity = read(kind, `ingress: [{action: Allow, source: {${source}}}]`).policies[0]?.ingress[0]?.source
  return [entity?.selector, entity?.notSelector].map((selector) => selector && printSelector(selector))
}

test('scopePeers() leaves selectors of a global policy as written (row 30a)', () => {
  assert.equal(peers('GlobalNetworkPolicy', 'selector: has(a), notSelector: has(b)'), ['has(a)', 'has(b)'])
})

test('scopePeers() adds the namespaceSelector, which is enough alone (rows 30b, 30d)', () => {
  const anywhere = 'has(projectcalico.org/namespace)'
  for (const kind of ['GlobalNetworkPolicy', 'NetworkPolicy']) {
    assert.equal(peers(kind, 'namespaceSelector: all()'), [anywhere, undefined])
    assert.equal(peers(kind, 'namespaceSelector: " global() ", notSelector: has(b)'), [`!${anywhere}`, 'has(b)'])
    assert.equal(peers(kind, 'namespaceSelector: projectcalico.org/name == "x", selector: has(a) || has(b)'), [
      '(projectcalico.org/namespace == "x" && (has(a) || has(b)))',
      undefined,
    ])
    assert.equal(peers(kind, `namespaceSelector: 'projectcalico.org/name in {"y", "x"}'`), [
      'projectcalico.org/namespace in {"x", "y"}',
      undefined,
    ])
  }
})

test('scopePeers() keeps selectors of a namespaced policy to its namespace, notSelector alone too (row 30c)', () => {
  const own = 'projectcalico.org/namespace == "shop"'
  assert.equal(peers('NetworkPolicy', 'selector: has(a)'), [`(${own} && has(a))`, undefined])
  assert.equal(peers('NetworkPolicy', 'notSelector: has(b)'), [own, 'has(b)'])
})

test('scopePeers() restricts nothing where no selector is written (row 30e)', () => {
  for (const kind of ['GlobalNetworkPolicy', 'NetworkPolicy'])
    assert.equal(peers(kind, 'nets: [10.0.0.0/8], selector: "", namespaceSelector: ""'), [undefined, undefined])
})

test('scopePolicy() keeps a policy to its namespace or to those that it selects', () => {
  const own = 'projectcalico.org/namespace == "shop"'
  assert.is(applied('NetworkPolicy', 'order: 1'), own)
  assert.is(applied('NetworkPolicy', 'selector: has(a)'), `(has(a) && ${own})`)
  assert.is(applied('GlobalNetworkPolicy', 'order: 1'), 'all()')
  assert.is(
    applied('GlobalNetworkPolicy', 'selector: has(a)\nnamespaceSelector: all()'),
    '(has(a) && has(projectcalico.org/namespace))',
  )
  assert.is(
    applied('GlobalNetworkPolicy', 'namespaceSelector: projectcalico.org/name == "x"'),
    'projectcalico.org/namespace == "x"',
  )
})

test.run()
