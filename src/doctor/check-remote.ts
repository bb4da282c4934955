/** The way to the policy repository. */

import type { RemoteReading } from '../host/host-readings.ts'
import { shortCommit } from '../repository/revision.ts'
import { type Check, notChecked, ok, problem } from './check.ts'

export function checkRemote(reading: RemoteReading): readonly Check[] {
  const name = 'repository'
  if (reading.type === 'unread') return [notChecked(name, reading.reason)]
  const { tip, lookup } = reading
  if (tip.type === 'tip') return [ok(name, `${reading.name} answers, the branch is at ${shortCommit(tip.commit)}`)]
  // behind a proxy a name that cannot be looked up does no harm
  if (lookup?.failure !== undefined)
    return [
      problem(
        name,
        `${tip.reason} (looking up ${lookup.host}: ${lookup.failure})`,
        'correct the URL or /etc/resolv.conf',
      ),
    ]
  return [problem(name, tip.reason, 'until it answers, the last good policy goes on being enforced')]
}
