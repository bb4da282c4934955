/** For tests that are not about the care that a change is made with: nothing is waited for, nobody is logged in. */

import { type ApplyConfiguration, defaultApplyConfiguration } from '../../src/host/apply-configuration.ts'
import type { LoginInspector } from '../../src/reconcile/ports.ts'

export const quickApply: ApplyConfiguration = {
  ...defaultApplyConfiguration,
  confirmAfterMs: 0,
  probes: [],
  firstActivationDelayMs: 0,
}

export const nobody: LoginInspector = { read: async () => [] }

/** Of an agent that is called from here. */
export const quickAgent = { controlPorts: [], logins: nobody, starter: 'ourselves' } as const
