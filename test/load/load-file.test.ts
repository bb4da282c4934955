/** What files hold documents, in which forms, and what is refused before anything is read as policy. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadFile } from '../../src/load/load-file.ts'
import { fileOf, printPlain } from '../validate/policy-files.ts'

const set = (name: string) =>
  `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: ${name}}\nspec: {}\n`
const names = (text: string) => loadFile(fileOf('a.yaml', text)).documents.map(({ name }) => name)
const indented = (text: string) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`
const said = (file: Parameters<typeof loadFile>[0]) => loadFile(file).diagnostics.map(printPlain)

test('loadFile() reads one document, several, lists and *List objects', () => {
  assert.equal(names(set('a')), ['a'])
  assert.equal(names(`# first\n${set('a')}---\n---\n${set('b')}...\n`), ['a', 'b'])
  assert.equal(names(indented(set('a')) + indented(set('b'))), ['a', 'b'])
  const head = (kind: string, version: string) => `apiVersion: ${version}\nkind: ${kind}\nitems:\n`
  assert.equal(names(head('GlobalNetworkSetList', 'projectcalico.org/v3') + indented(set('a'))), ['a'])
  assert.equal(names(head('List', 'v1') + indented(set('a')) + indented(set('b'))), ['a', 'b'])
  assert.equal(names(`\ufeff${set('a')}`.replaceAll('\n', '\r\n')), ['a'])
})

test('loadFile() locates fields and parts of text without a second parse', () => {
  const text = `${indented(set('a'))}${indented(set('b').replace('spec: {}', 'spec:\n  nets: [x, "a\\"b"]'))}`
  const [, document] = loadFile(fileOf('a.yaml', text)).documents
  assert.ok(document)
  const marked = (span: { readonly start: number; readonly end: number }) => text.slice(span.start, span.end)
  assert.is(marked(document.spanOf(['spec', 'nets'], 'key')), 'nets')
  assert.is(marked(document.spanOf(['spec', 'nets', 0], 'value')), 'x')
  assert.is(marked(document.spanOf(['spec', 'nets', 9], 'value')), '[x, "a\\"b"]')
  assert.is(marked(document.spanWithin(['spec', 'nets', 1], { start: 1, end: 3 })), '\\"b')
  assert.is(marked(document.spanOf(['metadata', 'uid'], 'key')), 'metadata')
})

test('loadFile() points at the start of text that is folded or in a block', () => {
  const text = set('a').replace('spec: {}', 'spec:\n  note: |\n    one\n    two')
  const [document] = loadFile(fileOf('a.yaml', text)).documents
  const { start, end } = document?.spanWithin(['spec', 'note'], { start: 5, end: 6 }) ?? { start: -1, end: -1 }
  assert.equal([text.slice(start, start + 1), end - start], ['|', 0])
})

test('loadFile() refuses what is no plain UTF-8 file, and still knows what it was meant to define', () => {
  const bytes = (...parts: number[]) => new Uint8Array([...new TextEncoder().encode(set('a')), ...parts])
  const latin = { ...fileOf('a.yaml', ''), bytes: bytes(0x23, 0xe9) }
  const loaded = loadFile(latin)
  assert.equal(loaded.diagnostics.map(printPlain), [
    'a.yaml:5:2 file-encoding a byte here is not UTF-8: save the file as UTF-8',
  ])
  assert.equal(
    loaded.documents.map(({ name, damaged, value }) => [name, damaged, value]),
    [['a', true, undefined]],
  )
  const utf16 = { ...fileOf('a.yaml', ''), bytes: new Uint8Array([0xff, 0xfe, 0x61, 0]) }
  assert.equal(said(utf16), ['a.yaml:1:1 file-encoding the file is encoded as UTF-16: save it as UTF-8'])
  assert.equal(said(fileOf('a.yaml', `${set('a')}# \u202e\n`)), [
    'a.yaml:5:3 file-encoding the file holds the invisible character U+202E: remove it',
  ])
})

test('loadFile() refuses links, submodules, LFS pointers and huge files', () => {
  const link = { ...fileOf('a.yaml', '../x.yaml'), type: 'symlink' as const }
  assert.equal(said(link), [
    'a.yaml:1:1 file-type the file is a symbolic link to "../x.yaml": put the file itself here',
  ])
  assert.equal(said({ ...fileOf('a.yaml', ''), type: 'submodule' }), [
    'a.yaml:1:1 file-type this is a git submodule: put the files themselves here',
  ])
  const pointer = fileOf('a.yaml', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n')
  assert.equal(said(pointer), ['a.yaml:1:1 file-type the file is a Git LFS pointer: store policy files in git itself'])
  const huge = { ...fileOf('a.yaml', ''), bytes: new Uint8Array(8 * 1024 * 1024 + 1) }
  assert.equal(said(huge), [
    'a.yaml:1:1 file-too-large the file has 8.0 MiB: at most 8 MiB are read, split it into several files',
  ])
})

test('loadFile() leaves the files of other systems alone, unless they could be meant for us', () => {
  const playbook = '- hosts: all\n  tasks: [&t {a: 1}, *t]\n'
  assert.equal(said(fileOf('a.yaml', playbook)), [
    'a.yaml:1:1 foreign-file the file holds no policy document and is not read',
  ])
  const hidden = 'base: &b {apiVersion: projectcalico.org/v3}\nx: *b\n'
  assert.match(said(fileOf('a.yaml', hidden))[0] ?? '', 'yaml-alias')
})

test('loadFile() gives one diagnostic for a line that confuses the YAML reader twice', () => {
  const text = set('a').replace('spec: {}', 'spec:\n  a: !has(x) && y\n  b: [1\n  c: 2')
  assert.equal(
    said(fileOf('a.yaml', text)).map((line) => line.split(' ')[1]),
    ['yaml-tag', 'yaml-syntax'],
  )
})

test('loadFile() reads a mapping of 20,000 keys and 5,000 documents in a time that grows with their number', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `    k${index}: v`).join('\n')
  const wide = set('a').replace('{name: a}', `\n  name: a\n  labels:\n${keys}`)
  const many = Array.from({ length: 5000 }, (_, index) => set(`s${index}`)).join('---\n')
  const start = process.cpuUsage()
  assert.is(names(wide).length + names(many).length, 5001)
  // about one second of a slow processor; a comparison of every pair of keys takes longer than this
  assert.ok(process.cpuUsage(start).user < 6_000_000)
})

test.run()
