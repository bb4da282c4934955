/** `rampart demo`: the main job before your eyes, in a lab of its own, with real packets. */

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listNamespaces, type Program } from '../adapters/namespaces.ts'
import { invariant } from '../diagnostic/invariant.ts'
import type { ColorMode } from '../diagnostic/style.ts'
import { forge } from './addresses.ts'
import { makeCertificate } from './certificate.ts'
import { type Stage, tellBrokenCommit, tellChange, tellConvergence, tellPlan, tellTampering } from './chapters.ts'
import { createCompanyRepository } from './company-repository.ts'
import { gatewayPorts, worldPorts } from './doors.ts'
import { setUpGateway } from './gateway-agent.ts'
import { interruptible } from './interruptible.ts'
import { buildLab, type Lab, removeAbandonedLabs } from './lab.ts'
import { createNarrator, type Narrator } from './narrator.ts'

export interface DemoOptions {
  /** Leave the lab standing, and say how to enter it. */
  readonly keep: boolean
  readonly color: ColorMode
  readonly signal: AbortSignal
}

interface Performance {
  readonly narrator: Narrator
  readonly folder: string
  readonly keep: boolean
  readonly signal: AbortSignal
}

/**
 * Gives the exit code: 0 when everything that was claimed was also seen, else 1. Needs root. However it ends, the lab and
 * the folder are gone afterwards, unless they were to be kept and the demo came to its end.
 *
 * @throws HostError
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const startedAt = performance.now()
  const { signal, release } = interruptible(options.signal)
  const narrator = createNarrator((text) => process.stdout.write(text), options.color)
  const folder = await mkdtemp(join(tmpdir(), 'rampart-demo-'))
  let kept = false
  try {
    await perform({ narrator, folder, signal, keep: options.keep })
    kept = options.keep
  } catch (error) {
    if (!signal.aborted) throw error
    narrator.say('Interrupted; everything is removed.')
    return 1
  } finally {
    if (!kept) await rm(folder, { recursive: true, force: true })
    release()
  }
  if (!kept) await tellRemoval(narrator, folder)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const failures = narrator.failures()
  narrator.say(
    failures === 0 ? `All of it held, in ${seconds} s.` : `${failures} claims did not hold, in ${seconds} s.`,
  )
  return failures === 0 ? 0 : 1
}

async function perform(performance: Performance): Promise<void> {
  const { narrator, signal } = performance
  narrator.chapter('A lab: private network namespaces, nothing outside of them is touched')
  await removeAbandonedLabs()
  const self = ownProgram()
  const lab = await buildLab({ ...self, args: [...self.args, 'demo-worker'] }, signal)
  let left = false
  try {
    const stage = await setTheStage(performance, lab)
    for (const tell of [tellPlan, tellConvergence, tellChange, tellBrokenCommit, tellTampering]) {
      signal.throwIfAborted()
      await tell(stage)
    }
    if (performance.keep) {
      await lab.leave()
      stage.gateway.leave()
      left = true
      tellKept(performance, stage)
    }
  } finally {
    if (!left) await lab.close()
  }
}

async function setTheStage(performance: Performance, lab: Lab): Promise<Stage> {
  const { narrator, folder, signal } = performance
  const repository = await createCompanyRepository(folder, policiesFolder())
  const { key, certificate } = makeCertificate(forge.v4, new Date())
  const token = randomBytes(16).toString('hex')
  await Promise.all([
    lab.gateway.listen(gatewayPorts),
    lab.internet.listen(worldPorts),
    lab.forge.serveGit({ root: repository.root, token, key, certificate }),
  ])
  const gatewayFolder = join(folder, 'gw-1')
  await mkdir(gatewayFolder)
  const webhookSecret = randomBytes(16).toString('hex')
  const setup = { lab, folder: gatewayFolder, rampart: ownProgram(), token, webhookSecret, ca: certificate, signal }
  const gateway = await setUpGateway(setup)
  narrator.say('gw-1      a gateway: eth0 203.0.113.10 to the Internet, eth1 10.0.0.1 to the LAN, and IPv6 on both')
  narrator.say('internet  the world, the management network, a blocklisted network')
  narrator.say('lan       a bastion, a database, a monitoring server')
  narrator.say(`forge     a git server (git's own http-backend, https, token) with policies/ as its first commit`)
  return { narrator, lab, repository, gateway, webhookSecret }
}

/** The program that runs, however it was started: the bundle, or the sources through a loader. */
function ownProgram(): Program {
  const script = process.argv[1]
  invariant(script !== undefined, 'the demo runs from a script')
  return { program: process.execPath, args: [...process.execArgv, script] }
}

/** `policies/` lies beside `src/` and beside `dist/`; this file is in `src/demo/` or, bundled, in `dist/`. */
function policiesFolder(): string {
  const folders = ['../policies', '../../policies'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const found = folders.find((folder) => existsSync(join(folder, 'config', 'default.yaml')))
  invariant(found !== undefined, 'policies/ is shipped with the program')
  return found
}

async function tellRemoval(narrator: Narrator, folder: string): Promise<void> {
  narrator.chapter('Nothing is left behind')
  const names = (await listNamespaces()).filter((name) => name.startsWith(`rampart-${process.pid}-`))
  narrator.verdict({
    holds: names.length === 0,
    text: 'the namespaces are gone, with their processes, links and firewalls',
  })
  narrator.verdict({
    holds: !existsSync(folder),
    text: 'the repository, the configuration and the state folder are gone',
  })
}

function tellKept(performance: Performance, stage: Stage): void {
  const { narrator, folder } = performance
  const enter = `ip netns exec ${stage.lab.nameOf('gateway')}`
  const environment = `RAMPART_STATE_DIR=${folder}/gw-1/state RAMPART_RUNTIME_DIR=${folder}/gw-1/run`
  narrator.chapter('The lab stays, as you wished')
  narrator.say(`a shell on the gateway   ${enter} env ${environment} sh`)
  narrator.say(`its firewall             ${enter} nft list table inet rampart`)
  narrator.say(`its configuration        ${stage.gateway.configFile}`)
  narrator.say(`the policies' work tree  ${folder}/work (git push ${stage.repository.root}/firewall.git main)`)
  narrator.say(`The next \`rampart demo\` removes the lab; ${folder} is yours to delete.`)
}
