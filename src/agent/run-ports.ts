/** The world of a run on this machine: its kernel, its state folder, its logins, its network. The agent and `rampart apply` share it. */

import { systemClock } from '../adapters/clock.ts'
import { systemConnections } from '../adapters/conntrack.ts'
import { systemHostInspector } from '../adapters/interfaces.ts'
import type { Journal } from '../adapters/journal.ts'
import { openLoginInspector, systemLoginPlaces } from '../adapters/logins.ts'
import { openKernel } from '../adapters/nft.ts'
import { createProber } from '../adapters/probes.ts'
import { systemRoutes } from '../adapters/routes.ts'
import { openSafeguard } from '../adapters/safeguard.ts'
import { createStateStore } from '../adapters/state-store.ts'
import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import type { LoginInspector } from '../reconcile/ports.ts'
import type { RunPorts } from '../reconcile/run-context.ts'

export interface RunPortsInput extends Pick<RunPorts, 'source' | 'trust'> {
  readonly stateDir: string
  /** Undefined when the policy comes from a folder. */
  readonly repository: RepositoryConfiguration | undefined
  readonly starter: 'unit' | 'ourselves'
  readonly journal: Pick<Journal, 'warn'>
}

/** Those of them that say nothing: whoever wants to hear puts others in their place. */
const silent: Pick<RunPorts, 'onActivation' | 'onStage' | 'onApplied' | 'onPending' | 'whileWaiting'> = {
  onActivation: () => {},
  onStage: () => {},
  onApplied: () => {},
  onPending: () => {},
  whileWaiting: (_unconfirmed, work) => work(),
}

export function openRunPorts({ stateDir, source, trust, repository, starter, journal }: RunPortsInput): RunPorts {
  const onUnitMissing = (): void =>
    journal.warn('revert-unit-missing', {
      reason:
        'rampart-revert.path did not start the revert script: enable it; this time the script was started without it',
    })
  const onDamaged = (file: string, consequence: string): void => journal.warn('state-damaged', { file, consequence })
  return {
    source,
    trust,
    kernel: openKernel(),
    inspector: systemHostInspector,
    logins: systemLogins,
    prober: createProber({ repository }),
    safeguard: openSafeguard({ folder: stateDir, starter, onUnitMissing, onDamaged }),
    store: createStateStore(stateDir, journal),
    connections: systemConnections,
    routes: systemRoutes,
    clock: systemClock,
    ...silent,
  }
}

export const systemLogins: LoginInspector = openLoginInspector(systemLoginPlaces)

/** RAMPART_REVERT=unit is set by our own service: only there the path unit watches the state folder for us. */
export function starterOf(environment: Readonly<Record<string, string | undefined>>): 'unit' | 'ourselves' {
  return environment.RAMPART_REVERT === 'unit' ? 'unit' : 'ourselves'
}
