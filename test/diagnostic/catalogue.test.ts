import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { catalogue } from '../../src/diagnostic/catalogue.ts'
import type { CodeEntry } from '../../src/diagnostic/code-entry.ts'
import { review } from '../fakes/review.ts'
import { fileOf, printPlain } from '../validate/policy-files.ts'

const entries: readonly (readonly [string, CodeEntry])[] = Object.entries(catalogue)
const examples = entries.flatMap(([code, { example }]) => (example === undefined ? [] : [{ code, ...example }]))

/** As an example is meant: see CodeExample. */
function wholeText(example: string): string {
  const policy = 'kind: GlobalNetworkPolicy\nmetadata: {name: example}\n'
  if (example.startsWith('spec:')) return withVersions(policy + example)
  if (example.startsWith('- ')) return withVersions(`${policy}spec:\n  ingress:\n${example.replace(/^/gm, '    ')}`)
  return withVersions(example)
}

function withVersions(text: string): string {
  const documents = text.split('\n---\n')
  return documents
    .map((document) =>
      document.startsWith('apiVersion:') ? document : `apiVersion: projectcalico.org/v3\n${document}`,
    )
    .join('\n---\n')
}

for (const { code, wrong, right } of examples) {
  test(`the example of ${code} is wrong and right as it says`, () => {
    const bad = review([fileOf('a.yaml', `${wholeText(wrong)}\n`)]).diagnostics
    assert.ok(
      bad.some((diagnostic) => diagnostic.code === code),
      `wrong: ${bad.map(printPlain).join('\n')}`,
    )
    assert.equal(review([fileOf('a.yaml', `${wholeText(right)}\n`)]).diagnostics.map(printPlain), [])
  })
}

test('every lint has an example, and every explanation is sentences', () => {
  for (const [code, { explanation }] of entries) assert.match(explanation, /^.{20,}\.$/s, code)
  assert.ok(examples.length > 60)
})

test.run()
