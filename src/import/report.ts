/** What the import says about itself: what the policy does otherwise than the original, and what is the same everywhere. */

import type { Effect, Loss } from './filter.ts'
import { placeOf } from './write-rule.ts'

const titles: readonly (readonly [Effect, string])[] = [
  ['allows more', 'The imported policy allows more than the original'],
  ['denies more', 'The imported policy denies more than the original'],
  ['may differ', 'Some packets may meet another fate'],
  ['no packet', 'Not carried over, and no packet of the filter is concerned'],
]

/** One line for each reason, with all its places; the most serious first. */
export function lossLines(
  losses: readonly Loss[],
): readonly { readonly title: string; readonly lines: readonly string[] }[] {
  return titles
    .map(([effect, title]) => ({ title, lines: linesOf(losses.filter((loss) => loss.effect === effect)) }))
    .filter(({ lines }) => lines.length > 0)
}

function linesOf(losses: readonly Loss[]): readonly string[] {
  const reasons = [...new Set(losses.map(({ reason }) => reason))]
  return reasons.map((reason) => {
    const places = losses.flatMap((loss) =>
      loss.reason === reason && loss.span !== undefined ? [placeOf(loss.span)] : [],
    )
    return places.length === 0 ? reason : `${places.join(', ')}: ${reason}`
  })
}

/** What rampart does on every host, whatever the original did (behaviour.md 4.7, 4.9, DV-1). */
const builtIn = [
  'Packets of known connections pass before any policy, and packets that belong to none are dropped; rules for these are not written.',
  'Loopback always passes, and so do IPv6 neighbour discovery and router messages with the hop limit 255 of a link, and multicast listener messages.',
  'A packet that is rejected there is dropped here; `nftablesFilterDenyAction: Reject` in config/ changes that for all.',
  'Log lines have the prefix and the rate of rampart, at most ten a second.',
  'Address translation stays with the tool that does it. Rules here see the destination after it.',
]

export function printReport(sources: readonly string[], losses: readonly Loss[]): string {
  const found = lossLines(losses)
  return [
    '# What was imported, and what was not',
    `From ${sources.map((name) => `\`${name}\``).join(', ')}.`,
    ...(found.length === 0 ? ['Everything was carried over.'] : []),
    ...found.flatMap(({ title, lines }) => [
      `## ${title}`,
      lines.map((line) => `- ${line.replaceAll('\n', ' ')}`).join('\n'),
    ]),
    '## Built in, here as everywhere',
    builtIn.map((line) => `- ${line}`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}
