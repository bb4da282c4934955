/** What was measured -> one text for the terminal and for README: a sentence and a table for each measurement, and the verdicts. */

import { type Figure, judge } from './figure.ts'
import type { Picture } from './measurement.ts'
import { printFigures } from './print-figures.ts'

export interface Section {
  readonly about: string
  readonly figures: readonly Figure[]
  readonly pictures: readonly Omit<Picture, 'svg'>[]
}

/** Markdown for README. @param machine a sentence */
export function printReport(machine: string, sections: readonly Section[]): string {
  const parts = sections.flatMap((section) => [printSection(section), ...section.pictures.map(showPicture)])
  return [`${machine} ${printVerdicts(sections)}`, ...parts].join('\n')
}

function showPicture({ title, file }: Omit<Picture, 'svg'>): string {
  return `![${title}](test/bench/${file})\n`
}

/** Lines with a line feed each. */
export function printSection({ about, figures }: Pick<Section, 'about' | 'figures'>): string {
  return `${about}\n\n${printFigures(figures)}`
}

/** A sentence with a line feed. */
export function printVerdicts(sections: readonly Pick<Section, 'figures'>[]): string {
  const verdicts = sections.flatMap(({ figures }) => figures.map(judge)).filter((verdict) => verdict !== 'no target')
  return `${verdicts.filter((verdict) => verdict === 'met').length} of ${verdicts.length} targets are met.\n`
}
