/** What all measurements of a bench share: the built programs and a temporary folder. */

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GeneratedFile } from './generate-policies.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'
import { timeProgram } from './time-program.ts'

export interface Workbench {
  readonly folder: string
  /** The built program, copied, so that a build meanwhile does not matter. */
  readonly rampart: string
  /** A configuration under which `apply` neither waits nor probes. */
  readonly config: string
  /** Bundles of this folder's programs, made the way the program is. */
  readonly programs: Readonly<Record<ProgramName, string>>
}

const programNames = [
  'stages',
  'drift-rounds',
  'agent-driver',
  'fleet-rounds',
  'idle-rounds',
  'send-datagrams',
  'parse-yaml',
] as const
type ProgramName = (typeof programNames)[number]

const root = fileURLToPath(new URL('../..', import.meta.url))

const configuration = `apiVersion: rampart/v1
kind: AgentConfiguration
repository: {url: "https://git.example.org/policy.git"}
apply: {firstActivationDelay: 0s, confirmAfter: 0s, confirmTimeout: 10m, probes: []}
`

export async function setUpWorkbench(): Promise<Workbench> {
  const folder = makeTemporaryFolder()
  // Else an agent of this machine would be asked
  process.env.RAMPART_RUNTIME_DIR = folder
  await timeProgram([process.execPath, join(root, 'src/build/setup.mjs'), '--quiet'])
  for (const part of ['dist', 'systemd']) cpSync(join(root, part), join(folder, part), { recursive: true })
  const config = join(folder, 'agent.yaml')
  writeFileSync(config, configuration)
  const bundles = await Promise.all(programNames.map(async (name) => [name, await bundle(name, folder)] as const))
  const programs = Object.fromEntries(bundles) as Workbench['programs']
  return { folder, config, rampart: join(folder, 'dist/rampart.js'), programs }
}

/** Gives the path of the bundle. */
async function bundle(name: ProgramName, folder: string): Promise<string> {
  const entry = new URL(`./${name}.ts`, import.meta.url)
  // beside the program, so that it finds the revert script as the program does
  const target = join(folder, 'dist', `${name}.mjs`)
  // A CommonJS package inside an ES module still calls require() for Node's own modules
  const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=error']
  const esbuild = join(root, 'node_modules/.bin/esbuild')
  await timeProgram([esbuild, fileURLToPath(entry), ...options, `--banner:js=${banner}`, `--outfile=${target}`])
  return target
}

/** Writes them into a new folder with this name; gives its path. */
export function writeFiles({ folder }: Workbench, name: string, files: readonly GeneratedFile[]): string {
  const target = emptyFolder({ folder }, name)
  for (const { path, text } of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    writeFileSync(join(target, path), text)
  }
  return target
}

/** What lay there is gone. */
export function emptyFolder({ folder }: Pick<Workbench, 'folder'>, name: string): string {
  const path = join(folder, name)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  return path
}
