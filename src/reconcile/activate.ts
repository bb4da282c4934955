/** The first activation: lets connection tracking learn about connections that stand before policy judges them (behaviour.md EV-53). */

import { scriptForWholeTable } from '../pipeline.ts'
import { primingTable, usesConnectionTracking } from '../ruleset/priming-table.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { Clock, Kernel } from './ports.ts'

export interface ActivationPorts {
  readonly kernel: Pick<Kernel, 'load'>
  readonly clock: Pick<Clock, 'sleep'>
  readonly onActivation: (delayMs: number) => void
}

/**
 * Without it a packet that a peer sends on a connection of ours is NEW to connection tracking, and judged as if the peer
 * had opened the connection. Whether somebody else's rules track already cannot be told reliably: a count of entries says
 * nothing about which family, or since when. So our own table's absence decides, and on a host that tracks the wait is
 * merely not needed.
 *
 * @throws HostError nft-*, aborted when the signal aborts during the wait
 */
export async function primeConnectionTracking(
  { kernel, clock, onActivation }: ActivationPorts,
  activation: { readonly desired: Ruleset; readonly delayMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { desired, delayMs, signal } = activation
  if (delayMs === 0 || !usesConnectionTracking(desired)) return
  onActivation(delayMs)
  await kernel.load(scriptForWholeTable(primingTable), signal)
  await clock.sleep(delayMs, signal)
}
