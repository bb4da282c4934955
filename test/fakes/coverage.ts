/** Counts what random packets met, by family, so that a test can see that nothing was left out. */

import type { Family } from '../../src/net/family.ts'

export class Coverage {
  readonly #counts = new Map<string, { 4: number; 6: number }>()

  add(row: string, family: Family): void {
    const counts = this.#counts.get(row) ?? { 4: 0, 6: 0 }
    counts[family] += 1
    this.#counts.set(row, counts)
  }

  /** Of one row in both families. */
  total(row: string): number {
    const { 4: four, 6: six } = this.#counts.get(row) ?? { 4: 0, 6: 0 }
    return four + six
  }

  /** The rows, with the family, that were met less often. */
  rarerThan(least: number, rows: readonly string[], families: readonly Family[] = [4, 6]): readonly string[] {
    return rows.flatMap((row) =>
      families
        .map((family) => ({ family, count: this.#counts.get(row)?.[family] ?? 0 }))
        .filter(({ count }) => count < least)
        .map(({ family, count }) => `${row}, IPv${family}: ${count}`),
    )
  }

  /** One line a row: what, over IPv4, over IPv6. */
  print(): string {
    const rows = [...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1))
    const width = Math.max(0, ...rows.map(([row]) => row.length))
    const line = (row: string, four: string, six: string) =>
      `${row.padEnd(width)} ${four.padStart(7)} ${six.padStart(7)}\n`
    return [line('', 'IPv4', 'IPv6'), ...rows.map(([row, counts]) => line(row, `${counts[4]}`, `${counts[6]}`))].join(
      '',
    )
  }
}
