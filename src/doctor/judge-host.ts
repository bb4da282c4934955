/** What was read of a host -> one check after the other: from what the agent needs, over the kernel, to others who have a say. */

import type { HostReadings } from '../host/host-readings.ts'
import type { Check } from './check.ts'
import { checkAgent, checkUnits } from './check-boot.ts'
import { checkClock } from './check-clock.ts'
import { checkConfiguration, checkCredentials } from './check-configuration.ts'
import { checkForeignChains, checkLegacyTables } from './check-foreign-chains.ts'
import { checkInterfaces } from './check-interfaces.ts'
import { checkFeatures, checkRights, checkSettings } from './check-kernel.ts'
import { checkPrograms } from './check-programs.ts'
import { checkRemote } from './check-remote.ts'
import { checkAccount, checkLastGood, checkStateFolder } from './check-state.ts'

export function judgeHost(readings: HostReadings): readonly Check[] {
  return [
    ...checkConfiguration(readings.configuration),
    ...checkCredentials(readings.credentials, readings.account),
    ...checkRemote(readings.remote),
    ...checkPrograms(readings.programs, readings.configuration),
    ...checkFeatures(readings.features),
    ...checkRights(readings.rights),
    ...checkAccount(readings.account),
    ...checkStateFolder(readings.state, readings.account),
    ...checkLastGood(readings.lastGood),
    ...checkAgent(readings.agent),
    ...checkUnits(readings.units),
    ...checkInterfaces(readings),
    ...checkForeignChains(readings.foreignChains),
    ...checkLegacyTables(readings.legacyTables),
    ...checkSettings(readings),
    ...checkClock(readings),
  ]
}
