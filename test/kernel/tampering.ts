/** One thing that an operator did by hand to a live table. */

export interface Tampering {
  readonly title: string
  readonly golden: string
  /** Lines of sh; T stands for the table. */
  readonly by: string
  /** `+ rule ingress/e0: tcp dport 80 accept`, in any order. */
  readonly named: readonly string[]
  /** The tampering emptied these chains, so all their rules are missing. */
  readonly emptied?: readonly string[]
  /** Words of which every line of the repairing script has one. */
  readonly touches: readonly string[]
}
