/** Real packets through real tables: behaviour.md's worked examples and clauses about packets of the host, and forwarded ones. */

import { suite } from 'uvu'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { addScenarios } from './add-scenarios.ts'
import { interfaceScenarios } from './interface-scenarios.ts'
import { listScenarios } from './list-scenarios.ts'
import { matchingScenarios } from './matching-scenarios.ts'
import { mergingScenarios } from './merging-scenarios.ts'
import { tierScenarios } from './tier-scenarios.ts'

const packets = suite('packets')
addScenarios(packets, [
  ...listScenarios,
  ...tierScenarios,
  ...interfaceScenarios,
  ...matchingScenarios,
  ...mergingScenarios,
])

const available = kernelAvailable()
if (available.ok) packets.run()
else skipLoudly(available.reason)
