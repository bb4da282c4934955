/** What all measurements of a bench share: the built programs and a temporary folder. */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type GeneratorSettings, generatePolicies } from './generate-policies.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'
import { timeProgram } from './time-program.ts'

export interface Workbench {
  readonly folder: string
  /** The built program, copied, so that a build meanwhile does not matter. */
  readonly rampart: string
  /** A configuration under which `apply` neither waits nor probes. */
  readonly config: string
  /** stages.ts, drift-rounds.ts and parse-yaml.ts, bundled the way the program is. */
  readonly stages: string
  readonly driftRounds: string
  readonly parseYaml: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))

const configuration = `apiVersion: rampart/v1
kind: AgentConfiguration
repository: {url: "https://git.example.org/policy.git"}
apply: {firstActivationDelay: 0s, confirmAfter: 0s, probes: []}
`

export async function setUpWorkbench(): Promise<Workbench> {
  const folder = makeTemporaryFolder()
  // Else an agent of this machine would be asked
  process.env.RAMPART_RUNTIME_DIR = folder
  await timeProgram([process.execPath, join(root, 'src/build/setup.mjs'), '--quiet'])
  for (const part of ['dist', 'systemd']) cpSync(join(root, part), join(folder, part), { recursive: true })
  const config = join(folder, 'agent.yaml')
  writeFileSync(config, configuration)
  return {
    folder,
    config,
    rampart: join(folder, 'dist/rampart.js'),
    stages: await bundle(new URL('./stages.ts', import.meta.url), folder),
    driftRounds: await bundle(new URL('./drift-rounds.ts', import.meta.url), folder),
    parseYaml: await bundle(new URL('./parse-yaml.ts', import.meta.url), folder),
  }
}

/** Gives the path of the bundle. */
async function bundle(entry: URL, folder: string): Promise<string> {
  // beside the program, so that it finds the revert script as the program does
  const target = join(folder, 'dist', `${entry.pathname.split('/').at(-1)}.mjs`)
  // A CommonJS package inside an ES module still calls require() for Node's own modules
  const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=error']
  const esbuild = join(root, 'node_modules/.bin/esbuild')
  await timeProgram([esbuild, fileURLToPath(entry), ...options, `--banner:js=${banner}`, `--outfile=${target}`])
  return target
}

/** Writes them into a new folder with this name; gives its path. */
export function writePolicies({ folder }: Workbench, name: string, settings: GeneratorSettings): string {
  const target = join(folder, name)
  for (const { path, text } of generatePolicies(settings)) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    writeFileSync(join(target, path), text)
  }
  return target
}
