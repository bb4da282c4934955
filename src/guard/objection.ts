/** Why a plan is refused although its policy is valid: closed names, which a commit may override one by one. */

export const guardNames = ['cut-sessions', 'mass-removal', 'bare-endpoint'] as const
export type GuardName = (typeof guardNames)[number]

export interface Objection {
  readonly guard: GuardName
  /** One line for people: what would happen. */
  readonly message: string
}
