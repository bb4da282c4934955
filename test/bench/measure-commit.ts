/** Measures the way from a push to a packet: the webhook's request to the first datagram that the new policy lets in, by stage. */

import { Namespaces } from '../fakes/kernel.ts'
import type { AgentSample } from './agent-driver.ts'
import type { Figure, Question } from './figure.ts'
import { editedFile, editedPeer, type GeneratorSettings, generatePolicies } from './generate-policies.ts'
import { AgentSession, asCommit } from './measure-agent.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { inside } from './namespaced.ts'
import { printStages } from './print-stages.ts'
import { type Bar, type BarPart, drawStackedBars } from './stacked-bars.ts'
import type { StageTime } from './stage-time.ts'
import { summarize } from './statistics.ts'
import { timeProgram } from './time-program.ts'
import type { Workbench } from './workbench.ts'

const sizes: Readonly<Record<Scale, readonly number[]>> = { full: [100, 1000, 10_000], quick: [100] }
/** Of the agent's host, on the cable. */
const address = '192.0.2.1'
/** What the generator's rule of the edition lets in. */
const firstPort = 20_000

export const commit: Measurement = {
  name: 'commit',
  about:
    'Commit to packet: from the request at the webhook to the first packet that only the new policy lets in, with a git server over HTTP on loopback; somebody sends a datagram every millisecond.',
  questions: (scale) => sizes[scale].map(questionFor),
  take,
}

function questionFor(rules: number): Question {
  return {
    what: `a rule changed, ${rules.toLocaleString('en')} rules`,
    unit: 'ms',
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const figures: Figure[] = []
  const details: string[] = []
  const bars: Bar[] = []
  for (const rules of sizes[pace.scale]) {
    const samples = await measure(workbench, rules, pace)
    const split = samples.map(splitSample)
    figures.push({ ...questionFor(rules), samples: samples.map(packetMsOf), besideSamples: [] })
    details.push(printStages(`${rules} rules: webhook to packet by stage`, split))
    bars.push({ label: `${rules.toLocaleString('en')} rules`, parts: partsOf(split) })
  }
  const title = `From the webhook's request to the first packet by the new policy (median of ${pace.runs})`
  return {
    figures,
    details: details.join('\n'),
    pictures: [{ file: 'commit-to-packet.svg', title, svg: drawStackedBars(title, bars) }],
  }
}

async function measure(workbench: Workbench, rules: number, pace: Pace): Promise<readonly AgentSample[]> {
  const namespaces = new Namespaces()
  try {
    const { host, client } = await connect(namespaces, editedPeer(rules))
    const sender = workbench.programs['send-datagrams']
    const settings = (edition: number): GeneratorSettings => {
      return { ruleCount: rules, variant: 'mixed', edition, editedProtocol: 'UDP' }
    }
    const files = generatePolicies(settings(0))
    const agent = await AgentSession.open(workbench, { name: `commit-${rules}`, files, namespace: host })
    const samples = await takeRounds(pace, (at) => {
      const opens = { address, port: firstPort + at + 1, from: client, sender }
      return agent.step({ files: asCommit([editedFile(settings(at + 1))]), opens })
    })
    await agent.close()
    return samples
  } finally {
    namespaces.remove()
  }
}

/** The client's address is none of the network's: each end knows that the other is on the cable. */
async function connect(
  namespaces: Namespaces,
  peer: string,
): Promise<{ readonly host: string; readonly client: string }> {
  const [host, client] = [namespaces.add(), namespaces.add()]
  namespaces.connect(
    { namespace: host, name: 'eth0', addresses: [`${address}/24`] },
    { namespace: client, name: 'eth0', addresses: [`${peer}/32`] },
  )
  await timeProgram(inside(host, ['ip', 'route', 'add', `${peer}/32`, 'dev', 'eth0']))
  await timeProgram(inside(client, ['ip', 'route', 'add', 'default', 'dev', 'eth0']))
  return { host, client }
}

function packetMsOf({ packetMs }: AgentSample): number {
  return packetMs ?? Number.NaN
}

/** What follows once the packet is through. */
const afterwards: readonly string[] = ['verify', 'confirm', 'revert', 'save', 'connections']
const gaps = 'webhook and gaps'

/** Adds up to the whole way: the last stage ends with nft, which is a moment after the first packet. */
function splitSample(sample: AgentSample): readonly StageTime[] {
  const stages = sample.stages.filter(({ name }) => !afterwards.includes(name))
  const known = stages.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const rest = packetMsOf(sample) - known
  const last = stages.at(-1)
  if (last === undefined || rest >= 0) return [{ name: gaps, durationMs: rest }, ...stages]
  const cut = { ...last, durationMs: Math.max(0, last.durationMs + rest) }
  return [{ name: gaps, durationMs: 0 }, ...stages.slice(0, -1), cut]
}

/** Medians; what takes less than a hundredth of the whole goes with the gaps. */
function partsOf(rounds: readonly (readonly StageTime[])[]): readonly BarPart[] {
  const names = [...new Set(rounds.flatMap((round) => round.map(({ name }) => name)))]
  const parts = names.map((name) => ({
    name,
    ms: summarize(rounds.map((round) => round.find((stage) => stage.name === name)?.durationMs ?? 0)).median,
  }))
  const total = parts.reduce((sum, { ms }) => sum + ms, 0)
  const isSmall = ({ name, ms }: BarPart): boolean => name !== gaps && ms < total / 100
  const small = parts.filter(isSmall).reduce((sum, { ms }) => sum + ms, 0)
  return parts
    .filter((part) => !isSmall(part))
    .map((part) => (part.name === gaps ? { ...part, ms: part.ms + small } : part))
}
