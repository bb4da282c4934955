/** Measures what a packet costs a host with many rules and with few, and beside other firewalls with the same rules. */

import { existsSync } from 'node:fs'
import { installMissingPrograms, missingPrograms } from '../../src/build/system-programs.mjs'
import { Namespaces } from '../fakes/kernel.ts'
import type { Figure, Question } from './figure.ts'
import { type Measurement, type Pace, type Scale, type Taken, takeRounds } from './measurement.ts'
import { addTestHost, countFor, sender, sendPackets } from './packet-lab.ts'
import { type PacketKind, type PathCase, type PathSizes, packetsOf, pathCases } from './packet-path-cases.ts'
import { type Rival, rivals } from './packet-path-rivals.ts'
import { emptyFolder, type Workbench } from './workbench.ts'

const sizes: Readonly<Record<Scale, PathSizes>> = {
  full: { few: 10, many: 5000, most: 10_000, members: 100_000, workloads: 1000, endpoints: 200 },
  quick: { few: 10, many: 40, most: 60, members: 100, workloads: 20, endpoints: 12 },
}
const sendingMs: Readonly<Record<Scale, number>> = { full: 300, quick: 5 }

export const packetPath: Measurement = {
  name: 'packet-path',
  about:
    'What the kernel of a host spends on one packet of 40 to 60 bytes, from the sender at the other end of a cable to behind the last filter: the first packet of a connection, which the last of all rules lets through, or one of a known connection. The other firewalls have the same rules, and their ratio is to rampart with these.',
  questions: (scale) => comparisons(sizes[scale]).map(({ question }) => question),
  take,
}

/** A case of packet-path-cases.ts, and a packet. */
type Series = readonly [name: string, packet: PacketKind]

interface Comparison {
  readonly question: Question
  readonly of: Series
  readonly beside: Series
}

const printCount = (value: number): string => value.toLocaleString('en')

function comparisons(sizes: PathSizes): readonly Comparison[] {
  return [...ofRules(sizes), ...ofMaps(sizes), ...ofRivals(sizes)]
}

function ofRules({ few, many, most }: PathSizes): readonly Comparison[] {
  const first = `a first packet, ${printCount(many)} rules`
  const known = 'a known connection'
  const words = { bare: 'only connections are tracked', few: `${few} rules` }
  return [
    compare(`a first packet, ${few} rules`, ['few', 'first'], ['bare', 'first'], words.bare),
    compare(`${first} of single addresses and ports`, ['many', 'first'], ['few', 'first'], words.few, 1.15),
    compare(`${first} as people write them`, ['mixed', 'first'], ['few', 'first'], words.few),
    compare(`${first}, Allow and Deny in turn`, ['in turn', 'first'], ['few', 'first'], words.few),
    compare(`${known}, ${few} rules`, ['few', 'established'], ['bare', 'established'], words.bare),
    compare(`${known}, ${printCount(most)} rules`, ['most', 'established'], ['few', 'established'], words.few, 1.05),
  ]
}

function ofMaps({ few, members, workloads, endpoints }: PathSizes): readonly Comparison[] {
  const first = (name: string): Series => [name, 'first']
  const lengths = ['networks of eight lengths', 'networks of one length'] as const
  return [
    compare(
      `a first packet from one of ${printCount(workloads)} workloads`,
      ['many workloads', 'forwarded'],
      ['few workloads', 'forwarded'],
      `one of ${few}`,
      1.05,
    ),
    compare(
      `a first packet by one of ${endpoints} interfaces`,
      first('many endpoints'),
      first('one endpoint'),
      'one interface',
      1.05,
    ),
    compare(
      `a first packet, not among ${printCount(members)} addresses`,
      first('many peers'),
      first('few peers'),
      `not among ${few}`,
      1.15,
    ),
    compare(
      `a first packet, not among ${printCount(members)} ${lengths[0]}`,
      first(lengths[0]),
      first(lengths[1]),
      lengths[1],
    ),
  ]
}

function ofRivals({ many }: PathSizes): readonly Comparison[] {
  const words = [`a first packet, ${printCount(many)} rules`, `a known connection, ${printCount(many)} rules`] as const
  return rivals.flatMap(({ name }) => [
    compare(`${words[0]} in ${name}`, [name, 'first'], ['many', 'first'], 'rampart'),
    compare(`${words[1]} in ${name}`, [name, 'established'], ['many', 'established'], 'rampart'),
  ])
}

function compare(...[what, of, beside, words, most]: readonly [string, Series, Series, string, number?]): Comparison {
  const question: Question = { what, unit: 'ms', beside: words }
  return { question: most === undefined ? question : { ...question, target: { of: 'ratio', most } }, of, beside }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const said = installMissingPrograms(sender)
  if (missingPrograms(sender).length > 0) return { figures: [], details: `${said.join('\n')}\n`, pictures: [] }
  const present = rivals.filter(isPresent)
  const cases = pathCases(sizes[pace.scale], present)
  const samples = await measureCases(workbench, cases, pace)
  const figures = comparisons(sizes[pace.scale]).flatMap(({ question, of, beside }): readonly Figure[] => {
    const [own, other] = [samples.get(of.join()), samples.get(beside.join())]
    return own === undefined || other === undefined ? [] : [{ ...question, samples: own, besideSamples: other }]
  })
  const absent = rivals.filter((rival) => !isPresent(rival))
  return {
    figures,
    details: absent.map(({ name }) => `${name} is not installed, so not compared\n`).join(''),
    pictures: [],
  }
}

function isPresent({ programs }: Rival): boolean {
  return programs.every((path) => existsSync(path))
}

/** All are loaded first, and measured in turn once a round. Gives milliseconds for each packet, one a round, by Series. */
async function measureCases(
  workbench: Workbench,
  cases: readonly PathCase[],
  pace: Pace,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const namespaces = new Namespaces()
  try {
    const streams: { readonly series: string; readonly send: () => Promise<number> }[] = []
    for (const [at, { name, packets, load }] of cases.entries()) {
      const lab = await addTestHost(namespaces)
      await load(lab, emptyFolder(workbench, `packet-path-${at}`))
      for (const kind of packets) {
        const packet = packetsOf[kind]
        const count = await countFor(lab, packet, sendingMs[pace.scale])
        const series: Series = [name, kind]
        streams.push({ series: series.join(), send: () => sendPackets(lab, packet, count) })
      }
    }
    const rounds = await takeRounds(pace, async () => {
      const round = new Map<string, number>()
      for (const { series, send } of streams) round.set(series, await send())
      return round
    })
    const seriesOf = (series: string): readonly number[] => rounds.map((round) => round.get(series) ?? Number.NaN)
    return new Map(streams.map(({ series }) => [series, seriesOf(series)]))
  } finally {
    namespaces.remove()
  }
}
