/** Real packets through real tables: behaviour.md's worked examples and clauses about packets of the host, and forwarded ones. */

import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { interfaceScenarios } from './interface-scenarios.ts'
import { listScenarios } from './list-scenarios.ts'
import { matchingScenarios } from './matching-scenarios.ts'
import { mergingScenarios } from './merging-scenarios.ts'
import { packetSuite } from './packet-suite.ts'
import { tierScenarios } from './tier-scenarios.ts'

const test = packetSuite('packets', [
  ...listScenarios,
  ...tierScenarios,
  ...interfaceScenarios,
  ...matchingScenarios,
  ...mergingScenarios,
])

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
