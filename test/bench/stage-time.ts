/** How long one stage of a run took: what the measured process tells the bench. */

export interface StageTime {
  readonly name: string
  readonly durationMs: number
}
