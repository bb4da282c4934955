/** How careful a change of policy is: how long it waits for confirmation, what must go on working, what is refused. */

export interface ApplyConfiguration {
  /** A change that is not confirmed by then is taken back, whatever happened to the agent. */
  readonly confirmTimeoutMs: number
  /** Probes must hold this long; then the change confirms itself. */
  readonly confirmAfterMs: number
  /** A person must say `rampart confirm`. */
  readonly requireConfirm: boolean
  readonly probes: readonly Probe[]
  /** The largest share of endpoints, rules or set members that a commit may remove: from 0 to 1. */
  readonly maxRemoved: number
  readonly protectLiveSessions: boolean
  /** Between the start of connection tracking and the first enforcement (behaviour.md EV-53); 0: no wait. */
  readonly firstActivationDelayMs: number
  /** Whether live connections that the new ruleset denies are ended (EV-51). */
  readonly endsDeniedConnections: boolean
  /** Whether a commit whose signature nobody checked may override a guard. */
  readonly allowTrailers: boolean
}

/** Something that must be reachable from this host, tried with a new connection each time. */
export type Probe =
  | { readonly type: 'repository' }
  /** Of every default route. */
  | { readonly type: 'gateway' }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | { readonly type: 'dns'; readonly name: string }
  | { readonly type: 'http'; readonly url: string }
  | { readonly type: 'ping'; readonly address: string }
  /** Program and arguments; it works when it ends with 0. */
  | { readonly type: 'command'; readonly words: readonly string[] }

export const defaultApplyConfiguration: ApplyConfiguration = {
  confirmTimeoutMs: 60_000,
  confirmAfterMs: 10_000,
  requireConfirm: false,
  probes: [{ type: 'repository' }],
  maxRemoved: 0.5,
  protectLiveSessions: true,
  firstActivationDelayMs: 5_000,
  endsDeniedConnections: true,
  allowTrailers: false,
}

/** `tcp 192.0.2.1:443`; what messages call it. */
export function printProbe(probe: Probe): string {
  switch (probe.type) {
    case 'repository':
    case 'gateway':
      return probe.type
    case 'tcp':
      return `tcp ${probe.host.includes(':') ? `[${probe.host}]` : probe.host}:${probe.port}`
    case 'dns':
      return `dns ${probe.name}`
    case 'http':
      return `http ${probe.url}`
    case 'ping':
      return `ping ${probe.address}`
    case 'command':
      return `command ${probe.words.join(' ')}`
  }
}
