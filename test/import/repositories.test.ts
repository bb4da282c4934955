/** The whole repositories that are made of the firewalls in rulesets/ (UPDATE_GOLDEN=1 rewrites them), and what holds for each. */

import { readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asFile, importPolicy, readPolicy } from '../../src/pipeline.ts'
import { readSource } from './rulesets.ts'
import { calicoHost, firewalldRouter, gateway, webServer } from './subjects.ts'
import { importSubject } from './verdict-lab.ts'

const test = suite('import: repositories')
const subjects = { ufw: webServer, firewalld: firewalldRouter, gateway, calico: calicoHost }

for (const [name, subject] of Object.entries(subjects)) {
  test(`importPolicy() makes the repository golden/${name}.txt`, () => {
    const { files, report } = importSubject(subject)
    const actual = [...files, { path: 'IMPORT.md', text: report }]
      .map(({ path, text }) => `==> ${path} <==\n${text}`)
      .join('\n')
    const path = `test/import/golden/${name}.txt`
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual)
    assert.fixture(actual, readFileSync(path, 'utf8'))
  })

  test(`importPolicy() of ${subject.name} is valid, and the same every time`, () => {
    const first = importSubject(subject)
    assert.equal(
      readPolicy(first.files.map(asFile)).diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    )
    assert.equal(importSubject(subject).files, first.files)
  })

  test(`importPolicy() of ${subject.name} says where everything that it lists stands`, () => {
    for (const { span, reason } of importSubject(subject).losses)
      if (span !== undefined && span.source.text !== '') assert.ok(span.start < span.source.text.length, reason)
  })
}

const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    'a listing of nft for people',
    ['table inet filter {\n}\n'],
    /^file0: this is no firewall's export: give it as JSON: nft -j list ruleset$/,
  ],
  ['a table for people', ['Chain INPUT (policy ACCEPT)\n'], /give it as iptables-save prints it$/],
  ['anything else', ['hello'], /it should be iptables-save, ipset save, /],
  ['JSON that breaks off', ['{"nftables": ['], /^file0: not JSON: .*: give all that nft -j list ruleset prints$/],
  ['an empty file', ['\n'], /^file0: this is no firewall's export: it is empty: the export may have failed, /],
  [
    'iptables-save that breaks off',
    ['*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j DR'],
    /^file0: it breaks off before the COMMIT of its last table: give all that iptables-save prints$/,
  ],
  [
    'XML of something else, whatever its comments',
    [`${'<!-- a -->\n'.repeat(200)}<project/>`],
    /^file0: this is no firew/,
  ],
  [
    'two firewalls at once',
    ['*filter\n:INPUT DROP [0:0]\nCOMMIT\n', '{"nftables": []}'],
    /^file1: it is of another firewall than file0: import one at a time$/,
  ],
  [
    'two hosts at once',
    ['*filter\n:INPUT DROP [0:0]\nCOMMIT\n', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n'],
    /^file1: there is another file of iptables-save/,
  ],
  [
    'YAML that breaks off',
    ['apiVersion: projectcalico.org/v3\nkind: List\nitems:\n- {kind: Tier, metadata: {name: x'],
    /^file0:\d: .*: give all that calicoctl get -o yaml prints$/,
  ],
  [
    'YAML without a document',
    ['# projectcalico.org/v3\n'],
    /^file0: there is no document in it: give all that calicoctl/,
  ],
  ['sets alone', ['create x hash:ip\n'], /^file0: these are sets alone: give iptables-save, too$/],
  ['no filter', ['*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n'], /^file0: there is no chain in it that filters packets: /],
  [
    'a ruleset without a filter',
    ['{"nftables": [{"table": {"family": "inet", "name": "x"}}]}'],
    /^file0: there is no chain/,
  ],
]

for (const [name, texts, why] of refusals)
  test(`importPolicy() refuses ${name}`, () => {
    const sources = texts.map((text, at) => ({ path: `file${at}`, text }))
    const result = importPolicy({ sources, type: undefined, host: 'h', facts: undefined, routes: undefined })
    assert.match(typeof result === 'string' ? result : 'imported', why)
  })

test('importPolicy() gives every policy a name of its own, however long that of the host is', () => {
  const sources = [readSource('gateway.json')]
  const result = importPolicy({ sources, type: undefined, host: 'h'.repeat(60), facts: undefined, routes: undefined })
  const files = typeof result === 'string' ? [] : result.files
  const names = files.flatMap(({ path, text }) =>
    path.startsWith('policies/') ? [...text.matchAll(/^ {2}name: (\S+)$/gm)].map(([, name]) => name) : [],
  )
  assert.ok(names.length > 5, `${names.length} policies`)
  assert.equal([...new Set(names)], names)
})

test('importPolicy() knows what a file is by its text', () => {
  for (const [path, word] of [
    ['ufw.rules', 'ufw'],
    ['gateway.json', 'spammers'],
    ['calico.yaml', 'blocked'],
  ] as const) {
    const result = importPolicy({
      sources: [readSource(path)],
      type: undefined,
      host: 'h',
      facts: undefined,
      routes: undefined,
    })
    assert.ok(typeof result !== 'string' && result.files.some(({ text }) => text.includes(word)), path)
  }
})

test.run()
