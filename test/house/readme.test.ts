/** What the READMEs name exists, and what they tell people to type is understood. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Command, CommanderError } from 'commander'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createProgram } from '../../src/cli/program.ts'
import { readAgentConfiguration } from '../../src/validate/read-agent-configuration.ts'
import { commandLines, namedFiles, rampartCalls, relativeLinks, yamlBlocks } from './read-markdown.ts'
import { filesBelow } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: readme')
const readmes = ['README.md', 'src/README.md', 'policies/README.md']
const markdown = readmes.filter(existsSync).map((path) => ({ path, text: readFileSync(path, 'utf8') }))

test('the house has its READMEs', () => {
  assertNone(readmes.filter((path) => !existsSync(path)).map((path) => `${path}:1: is missing`))
})

test('every relative link leads somewhere', () => {
  const links = markdown.flatMap(({ path, text }) => relativeLinks(text).map((link) => ({ path, link })))
  const broken = links.filter(({ path, link }) => !existsSync(join(dirname(path), link.text)))
  assertNone(broken.map(({ path, link }) => `${path}:${link.line}: the link to ${link.text} leads nowhere`))
})

test('every file of the project that is named exists', () => {
  // policies/README.md names files that its reader is to write
  const ours = markdown.filter(({ path }) => path !== 'policies/README.md')
  const named = ours.flatMap(({ path, text }) => namedFiles(text).map((file) => ({ path, file })))
  const missing = named.filter(({ path, file }) => isOfTheProject(path, file.text) && !exists(path, file.text))
  assertNone(missing.map(({ path, file }) => `${path}:${file.line}: there is no ${file.text}`))
})

test('every npm script that is named exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const named = markdown.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, at) =>
        [...line.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => ({ name, place: `${path}:${at + 1}:` })),
      ),
  )
  assertNone(
    named
      .filter(({ name }) => scripts[name] === undefined)
      .map(({ name, place }) => `${place} there is no script "${name}"`),
  )
})

test('every call of rampart that is shown is understood by its command line', () => {
  const calls = markdown.flatMap(({ path, text }) =>
    commandLines(text).flatMap(({ line, text: typed }) =>
      rampartCalls(typed).map((words) => ({ words, place: `${path}:${line}:` })),
    ),
  )
  assertNone(
    calls.flatMap(({ words, place }) => {
      const fault = misunderstanding(words)
      return fault === undefined ? [] : [`${place} rampart ${words.join(' ')}: ${fault}`]
    }),
  )
})

test('every configuration of an agent that is shown is valid', () => {
  const blocks = markdown.flatMap(({ path, text }) => yamlBlocks(text).map((block) => ({ path, ...block })))
  const configurations = blocks.filter(({ text }) => text.includes('kind: AgentConfiguration'))
  assert.ok(configurations.length >= 2)
  const faults = configurations.flatMap(({ path, line, text }) =>
    readAgentConfiguration({ source: { path, text }, folder: '/', defaultNode: 'x' }).diagnostics.map(
      ({ message }) => `${path}:${line}: ${message}`,
    ),
  )
  assertNone(faults)
})

test('misunderstanding() finds unknown commands, options, choices and too many words', () => {
  for (const known of [
    '--version',
    'validate --strict policies',
    'plan --from policies --format json',
    'apply --help',
  ]) {
    assert.is(misunderstanding(known.split(' ')), undefined, known)
  }
  for (const unknown of [
    'frobnicate',
    'validate --frobnicate',
    'plan --format frobnicate',
    'plan --from',
    'validate a b',
  ]) {
    assert.type(misunderstanding(unknown.split(' ')), 'string', unknown)
  }
})

test('rampartCalls() finds the calls in a line of shell', () => {
  assert.equal(rampartCalls("sudo rampart plan --from 'a b' | less # rampart x"), [['plan', '--from', 'a b']])
  assert.equal(rampartCalls('rampart validate && node dist/rampart.js status'), [['validate'], ['status']])
  assert.equal(rampartCalls('cd rampart; systemctl start rampart'), [])
  assert.equal(rampartCalls('systemctl stop rampart; A="b c" rampart remove'), [['remove']])
})

/** Why the command line would refuse these words; absent when it takes them. Nothing is run. */
function misunderstanding(words: readonly string[]): string | undefined {
  const silent = {
    out: () => undefined,
    err: () => undefined,
    color: { out: 'plain', err: 'plain' },
    progress: 'silent',
    signal: AbortSignal.abort(),
  } as const
  const program = createProgram(silent, () => undefined)
  const [first = ''] = words
  if (/^(--help|-h|--version|-V)$/.test(first)) return undefined
  const command = program.commands.find(
    (candidate) => candidate.name() === first || candidate.aliases().includes(first),
  )
  if (command === undefined) return `there is no command "${first}"`
  return words.includes('--help') ? undefined : refusal(command, words.slice(1))
}

function refusal(command: Command, words: readonly string[]): string | undefined {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
  try {
    const { operands, unknown } = command.parseOptions([...words])
    if (unknown.length > 0) return `there is no option ${unknown[0]}`
    const takesMore = command.registeredArguments.some((argument) => argument.variadic)
    const tooMany = !takesMore && operands.length > command.registeredArguments.length
    return tooMany ? `"${operands.at(-1)}" is one word too many` : undefined
  } catch (error) {
    if (error instanceof CommanderError) return error.message
    throw error
  }
}

/** A state file or a file in somebody's own repository may be named too; only what begins in one of our folders is ours. */
function isOfTheProject(readme: string, name: string): boolean {
  const [first = ''] = name.split('/')
  if (readme === 'src/README.md') return name.endsWith('/') || name.endsWith('.ts')
  return name.includes('/') && [...topFolders(), ...readdirSync(dirname(readme))].includes(first)
}

function topFolders(): readonly string[] {
  return ['src', 'test', 'policies', 'schemas', 'systemd']
}

function exists(readme: string, name: string): boolean {
  if (existsSync(join(dirname(readme), name)) || existsSync(name)) return true
  return (
    readme === 'src/README.md' && filesBelow('src').some((path) => basename(path) === name || path.endsWith(`/${name}`))
  )
}

test.run()
