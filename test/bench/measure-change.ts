/** Measures one change in a large policy: the running agent, beside plain nft that writes one chain of a table as large anew. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespaces } from '../fakes/kernel.ts'
import type { AgentSample } from './agent-driver.ts'
import type { Figure, Question } from './figure.ts'
import { type ChangeKind, filesOfChange, changeKinds as kinds } from './generate-changes.ts'
import { plainChange, plainTable } from './generate-plain-table.ts'
import { generatePolicies, rulesPerPolicy } from './generate-policies.ts'
import { AgentSession, asCommit, knownToKernelMs } from './measure-agent.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { inside } from './namespaced.ts'
import { printStages } from './print-stages.ts'
import { timeProgram } from './time-program.ts'
import type { Workbench } from './workbench.ts'

const policyCounts: Readonly<Record<Scale, number>> = { full: 5000, quick: 20 }

export const change: Measurement = {
  name: 'change',
  about:
    'One change in a large policy, all of which the host gets: the running agent from the moment at which it knows the revision to the new table in the kernel, beside `nft -f` that flushes one chain of 20 rules and fills it again, in a table with as many chains behind a verdict map.',
  questions: (scale) => kinds.map((kind) => questionFor(kind, scale)),
  take,
}

function questionFor(kind: ChangeKind, scale: Scale): Question {
  const rules = policyCounts[scale] * rulesPerPolicy
  return {
    what: `${kind}, ${rules.toLocaleString('en')} rules`,
    unit: 'ms',
    beside: 'plain nft',
    target: { of: 'ratio', most: 3 },
  }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const policies = policyCounts[pace.scale]
  const ruleCount = policies * rulesPerPolicy
  const base = generatePolicies({ ruleCount, variant: 'mixed', edition: 0 })
  const files = [...base, ...kinds.flatMap((kind) => filesOfChange(kind, 0, policies))]
  const namespaces = new Namespaces()
  try {
    const plain = await PlainChains.load(workbench, namespaces.add(), policies)
    const agent = await AgentSession.open(workbench, { name: 'change', files })
    const rounds = await takeRounds(pace, async (at) => {
      const samples: Sample[] = []
      for (const kind of kinds) {
        const sample = await agent.step({ files: asCommit(filesOfChange(kind, at + 1, policies)) })
        samples.push({ ...sample, kind, plainMs: await plain.change() })
      }
      return samples
    })
    await agent.close()
    const samples = kinds.map((kind) => rounds.flat().filter((sample) => sample.kind === kind))
    return {
      figures: kinds.map((kind, at) => answer(kind, samples[at] ?? [], pace.scale)),
      details: kinds
        .map((kind, at) =>
          printStages(
            kind,
            (samples[at] ?? []).map(({ stages }) => stages),
          ),
        )
        .join('\n'),
      pictures: [],
    }
  } finally {
    namespaces.remove()
  }
}

interface Sample extends AgentSample {
  readonly kind: ChangeKind
  readonly plainMs: number
}

function answer(kind: ChangeKind, samples: readonly Sample[], scale: Scale): Figure {
  return {
    ...questionFor(kind, scale),
    samples: samples.map(knownToKernelMs),
    besideSamples: samples.map(({ plainMs }) => plainMs),
  }
}

/** A table as a person with plain nft might have it, in a namespace of its own. */
class PlainChains {
  private readonly namespace: string
  private readonly scripts: readonly string[]
  private next = 0

  private constructor(namespace: string, scripts: readonly string[]) {
    this.namespace = namespace
    this.scripts = scripts
  }

  static async load({ folder }: Workbench, namespace: string, chains: number): Promise<PlainChains> {
    const texts = [plainTable(chains), plainChange(chains, 1), plainChange(chains, 2)]
    const [table = '', ...changes] = texts.map((text, at) => {
      const path = join(folder, `plain-chains-${at}.nft`)
      writeFileSync(path, text)
      return path
    })
    await timeProgram(inside(namespace, ['nft', '-f', table]))
    return new PlainChains(namespace, changes)
  }

  /** Milliseconds. Each time other rules than before. */
  async change(): Promise<number> {
    this.next += 1
    const script = this.scripts[this.next % this.scripts.length] ?? ''
    return (await timeProgram(inside(this.namespace, ['nft', '-f', script]))).durationMs
  }
}
