/** How far work has come that goes from host to host. */

/** The host that is next. */
export interface HostStep {
  readonly node: string
  /** From 0. */
  readonly index: number
  readonly of: number
}
