/** The clock: certificates, expiring rules and the journal depend on it. */

import type { HostReadings } from '../host/host-readings.ts'
import { type Check, ok, problem, warning } from './check.ts'

/** No release is older. */
const firstYear = 2026
/** Clocks of people who commit are not ours, and differ a little. */
const toleranceMs = 10 * 60_000

export function checkClock({ clock, lastGood }: Pick<HostReadings, 'clock' | 'lastGood'>): readonly Check[] {
  const name = 'clock'
  const { now, isSynchronized } = clock
  const advice = 'set it, and let systemd-timesyncd or chrony keep it'
  if (now.getUTCFullYear() < firstYear)
    return [problem(name, `it says ${now.toISOString()}, before this program was made`, advice)]
  const committedAt = lastGood.content.type === 'read' ? lastGood.content.value?.revision?.committedAt : undefined
  if (committedAt !== undefined && now.getTime() < committedAt.getTime() - toleranceMs) {
    const finding = `it says ${now.toISOString()}, before the commit that is enforced (${committedAt.toISOString()})`
    return [problem(name, finding, advice)]
  }
  if (isSynchronized.type === 'unread')
    return [ok(name, `${now.toISOString()}; whether something keeps it is not known here`)]
  return [
    isSynchronized.value
      ? ok(name, `${now.toISOString()}, synchronized`)
      : warning(name, `${now.toISOString()}, and nothing keeps it`, advice),
  ]
}
