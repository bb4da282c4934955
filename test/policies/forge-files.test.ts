/** The files for forges in policies/: they parse, are pinned, and every command line of ours in them is one that the program takes. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { createProgram } from '../../src/cli/program.ts'
import { programExists } from '../fakes/program-exists.ts'

const test = suite('policies: files for forges')
const folder = join(import.meta.dirname, '../../policies')
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')

interface Step {
  readonly uses?: string
  readonly run?: string
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

interface Pipeline {
  readonly [job: string]: { readonly script?: readonly string[]; readonly after_script?: readonly string[] }
}

const workflow = parse(read('.github/workflows/rampart.yml')) as Workflow
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
const pipeline = parse(read('.gitlab-ci.yml')) as Pipeline
const scripts = ['.githooks/pre-commit', '.github/comment-access.sh', '.gitlab/comment-access.sh']

/** Every call of the program in lines of sh, as words. */
function callsIn(lines: readonly string[]): readonly (readonly string[])[] {
  return lines.flatMap((line) => {
    const call = /^\s*rampart\s+(.+)$/.exec(line)?.[1]
    if (call === undefined) return []
    const [words = ''] = call.split(/\s+(?:>|\|\||&&|\|)\s/)
    return [[...words.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replaceAll('"', ''))]
  })
}

/** Which command a call comes to, without being carried out. @throws CommanderError for words that the program does not know */
async function commandOf(words: readonly string[]): Promise<string> {
  const nothing = () => undefined
  const io = {
    out: nothing,
    err: nothing,
    color: { out: 'plain', err: 'plain' },
    progress: 'silent',
    signal: new AbortController().signal,
  } as const
  const program = createProgram(io, nothing)
  const found: Command[] = []
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput({ writeErr: nothing })
  for (const command of program.commands) command.action(() => void found.push(command))
  await program.parseAsync(words, { from: 'user' })
  return found.map((command) => command.name()).join()
}

const githubCalls = callsIn(steps.flatMap(({ run = '' }) => run.split('\n')))
const gitlabCalls = callsIn(
  Object.values(pipeline).flatMap(({ script = [], after_script = [] }) => [...script, ...after_script]),
)
const hookCalls = callsIn(read('.githooks/pre-commit').split('\n'))

for (const words of [...githubCalls, ...gitlabCalls, ...hookCalls])
  test(`the program takes: rampart ${words.join(' ')}`, async () => {
    assert.is(await commandOf(words), words[0])
  })

test('a call that the program does not know is found', async () => {
  const fault = await commandOf(['validate', '.', '--fromat', 'github']).catch((error: unknown) => error)
  assert.ok(fault instanceof Error)
  assert.equal(callsIn(['  rampart plan --x > y || true', 'echo rampart']), [['plan', '--x']])
})

test('each forge validates, tests and compares, with findings in a form of its own', () => {
  const names = (calls: typeof githubCalls) => calls.map((words) => `${words[0]} ${words.at(-1)}`)
  assert.equal(names(githubCalls), ['validate github', 'validate sarif', 'test .', 'diff markdown'])
  assert.equal(names(gitlabCalls), ['validate .', 'validate sarif', 'test .', 'diff markdown'])
  assert.equal(names(hookCalls), ['validate $staged', 'test $staged'])
})

test("GitHub: only the forge's own actions, each pinned to a commit, and no right that is not used", () => {
  const uses = steps.flatMap((step) => step.uses ?? [])
  assert.is(uses.length, 3)
  for (const action of uses) assert.match(action, /^(actions|github)\/[\w/-]+@[0-9a-f]{40}$/)
  assert.equal(workflow.permissions, { contents: 'read' })
  assert.equal(workflow.jobs.policy?.permissions, {
    contents: 'read',
    'pull-requests': 'write',
    'security-events': 'write',
  })
})

test('GitHub: nothing that somebody outside can write becomes part of a script', () => {
  for (const { run = '' } of steps) assert.not.match(run, /\$\{\{/)
})

test('the scripts are sh, and shellcheck has no complaint where it is installed', () => {
  const files = scripts.map((path) => join(folder, path))
  for (const file of files) execFileSync('sh', ['-n', file], { stdio: 'pipe' })
  if (programExists('shellcheck')) execFileSync('shellcheck', files, { stdio: 'pipe' })
})

test.run()
