/** The chapters of the demo, in order. Each tells what it does, does it, and proves it with packets. */

import type { AgentStatus, StatusDiagnostic } from '../reconcile/agent-status.ts'
import { shortCommit } from '../repository/revision.ts'
import type { CompanyRepository } from './company-repository.ts'
import { type Door, doorHeads, doors, portal, probeOf, tryDoors, worldSsh } from './doors.ts'
import type { Gateway } from './gateway-agent.ts'
import type { Lab } from './lab.ts'
import type { Narrator } from './narrator.ts'

export interface Stage {
  readonly narrator: Narrator
  readonly lab: Lab
  readonly repository: CompanyRepository
  readonly gateway: Gateway
  readonly webhookSecret: string
}

export async function tellPlan({ narrator, lab, gateway }: Stage): Promise<void> {
  narrator.chapter('Before: gw-1 has no firewall')
  const cells = (await tryDoors(lab, doors)).flatMap((row) => row.filter((cell) => typeof cell !== 'string'))
  const open = cells.filter((cell) => cell.text === 'open').length
  narrator.verdict({ holds: open === cells.length, text: `${open} of ${cells.length} connections get through` })
  narrator.say('What would the policies in git change? The plan names each rule, and the policy line that causes it:')
  const plan = await gateway.rampart(['plan', '--config', gateway.configFile])
  narrator.command('rampart plan --config agent.yaml', rulesWithPlace(plan.stdout) || plan.stderr, 10)
  narrator.say(plan.stdout.trimEnd().split('\n').at(-1) ?? '')
  narrator.verdict({ holds: plan.exitCode === 2, text: 'exit code 2: there is something to do; nothing was done yet' })
}

export async function tellConvergence({ narrator, lab, gateway }: Stage): Promise<void> {
  narrator.chapter('The agent makes it so')
  const startedAt = performance.now()
  await gateway.startAgent()
  const status = await gateway.waitFor(({ applied }) => applied !== null, 'apply the first commit')
  narrator.command('rampart run --config agent.yaml &', '', 0)
  narrator.verdict({
    holds: true,
    text: `commit ${enforced(status)} fetched, checked, compiled and in the kernel in ${since(startedAt)}`,
  })
  narrator.say('The same connections again, each a real one, against what policies/ promises:')
  narrator.table(doorHeads, await tryDoors(lab, doors))
  const told = await gateway.rampart(['status'])
  narrator.command('rampart status', told.stdout || told.stderr, 14)
  narrator.verdict({ holds: told.exitCode === 0, text: 'exit code 0: in sync' })
}

const portalFile = 'policies/portal.yaml'
const portalPolicy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: portal
spec:
  order: 250
  selector: "role == 'gateway' && zone == 'internet'"
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      destination:
        ports: [443]
`

export async function tellChange(stage: Stage): Promise<void> {
  const { narrator, lab, repository } = stage
  narrator.chapter('A commit: the customer portal goes online')
  const commit = await repository.commit('portal: open https on the gateway', { [portalFile]: portalPolicy })
  narrator.command(`cat ${portalFile}`, portalPolicy.split('\n').slice(5).join('\n'), 20)
  const opened = lab.internet
    .knock(probeOf(portal, 'v4', 20), 10_000)
    .then((outcome) => ({ outcome, at: performance.now() }))
  // if the push fails first, nobody asks for the knock's own failure
  opened.catch(() => undefined)
  const startedAt = performance.now()
  await repository.push()
  const pushedAt = performance.now()
  const answer = await ring(stage, commit)
  narrator.command('git push', `the forge rings the webhook on gw-1, signed: ${answer}`, 1)
  const { outcome, at } = await opened
  const times = `${Math.round(at - pushedAt)} ms after the push (${Math.round(at - startedAt)} ms with the push itself)`
  narrator.verdict({
    holds: outcome === 'open',
    text: `from push to packet: the first connection came through ${times}`,
  })
  narrator.table(doorHeads, await tryDoors(lab, withPortal))
}

const withPortal: readonly Door[] = [{ ...portal, expect: 'open' }, worldSsh]

export async function tellBrokenCommit(stage: Stage): Promise<void> {
  const { narrator, lab, repository, gateway } = stage
  narrator.chapter('A broken commit: somebody writes `port` where `ports` is right')
  narrator.say('Ignored, that line would leave a rule without ports: every TCP port open to everybody.')
  const before = await gateway.waitFor(({ applied }) => applied !== null, 'have a policy')
  const broken = portalPolicy.replace('ports: [443]', 'port: [443, 8443]')
  const commit = await repository.commit('portal: one more port', { [portalFile]: broken })
  await repository.push()
  narrator.command('git push', `the forge rings: ${await ring(stage, commit)}`, 1)
  const after = await gateway.waitFor(({ attempted }) => attempted?.commit === commit, 'look at the broken commit')
  narrator.verdict({
    holds: after.attempted?.outcome === 'invalid',
    text: `the agent refuses ${shortCommit(commit)}, and says where:`,
  })
  for (const diagnostic of after.attempted?.diagnostics ?? [])
    narrator.say(`  ${place(diagnostic)}: ${diagnostic.message}`)
  narrator.verdict({
    holds: after.applied?.commit === before.applied?.commit,
    text: `it goes on enforcing ${enforced(after)}:`,
  })
  narrator.table(doorHeads, await tryDoors(lab, withPortal))
  const mended = await repository.commit('Revert "portal: one more port"', { [portalFile]: portalPolicy })
  await repository.push()
  await ring(stage, mended)
  await gateway.waitFor(({ applied }) => applied?.commit === mended, 'apply the reverted commit')
  narrator.verdict({ holds: true, text: 'git revert, git push: in sync again' })
}

export async function tellTampering(stage: Stage): Promise<void> {
  const { narrator, lab, gateway } = stage
  narrator.chapter('Tampering: somebody with root flushes a chain by hand')
  const chain = await findInputChain(gateway)
  const before = await gateway.waitFor(({ applied }) => applied !== null, 'have a policy')
  const words = ['flush', 'chain', 'inet', 'rampart', chain]
  const startedAt = performance.now()
  const flushed = await gateway.run({ program: 'nft', args: words })
  narrator.command(`nft ${words.join(' ')}`, flushed.stderr, flushed.stderr === '' ? 0 : 3)
  const after = await gateway.waitFor(({ drift }) => drift.repairs > before.drift.repairs, 'repair')
  const [author] = after.drift.lastBy
  narrator.verdict({
    holds: author?.process === 'nft',
    text: `the agent heard of it and put back what was missing; ${since(startedAt)} after the command was typed its status says so:`,
  })
  for (const change of after.drift.lastChanges) narrator.say(`  ${change}`)
  narrator.say(`  by ${author?.process} (pid ${author?.pid})`)
  narrator.table(doorHeads, await tryDoors(lab, withPortal))
  narrator.verdict({
    holds: (await gateway.rampart(['plan', '--config', gateway.configFile])).exitCode === 0,
    text: 'rampart plan: nothing to do',
  })
}

/** The whole plan of a first run is long; its sets and maps say little to a newcomer. */
function rulesWithPlace(plan: string): string {
  const lines = plan.split('\n')
  return lines.filter((line, index) => /\.yaml:\d/.test(line + (lines[index + 1] ?? ''))).join('\n')
}

/** Gives the answer as people read it. */
async function ring({ lab, gateway, webhookSecret }: Stage, commit: string): Promise<string> {
  const repository = { full_name: 'company/firewall', clone_url: gateway.repositoryUrl }
  const body = JSON.stringify({ ref: 'refs/heads/main', after: commit, repository })
  const status = await lab.forge.ring({ url: gateway.webhookUrl, secret: webhookSecret, body })
  return status === 202 ? '202 Accepted' : `unexpected status ${status}`
}

interface ChainEntry {
  readonly chain?: { readonly table: string; readonly name: string; readonly hook?: string }
}

async function findInputChain(gateway: Gateway): Promise<string> {
  const listed = await gateway.run({ program: 'nft', args: ['-j', 'list', 'chains'] })
  const { nftables } = JSON.parse(listed.stdout || '{"nftables":[]}') as { readonly nftables: readonly ChainEntry[] }
  const found = nftables.find(({ chain }) => chain?.table === 'rampart' && chain.hook === 'input')
  return found?.chain?.name ?? 'input'
}

function enforced(status: AgentStatus): string {
  return status.applied === null ? 'nothing' : shortCommit(status.applied.commit)
}

function place(diagnostic: StatusDiagnostic): string {
  return [diagnostic.file, diagnostic.line, diagnostic.column].filter((part) => part !== null).join(':')
}

function since(startedAt: number): string {
  return `${Math.round(performance.now() - startedAt)} ms`
}
