/** All measurements, in the order of the bench's tables. */

import { apply } from './measure-apply.ts'
import { change } from './measure-change.ts'
import { commit } from './measure-commit.ts'
import { drift } from './measure-drift.ts'
import { fleet } from './measure-fleet.ts'
import { growth } from './measure-growth.ts'
import { idle } from './measure-idle.ts'
import { read } from './measure-read.ts'
import { set } from './measure-set.ts'
import type { Measurement } from './measurement.ts'
import { packetPath } from './packet-path.ts'

export const measurements: readonly Measurement[] = [
  apply,
  change,
  set,
  packetPath,
  read,
  fleet,
  idle,
  commit,
  growth,
  drift,
]
