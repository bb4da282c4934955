/** Real packets through real tables: behaviour.md's worked examples and clauses about early stages, workloads and settings. */

import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { earlyScenarios } from './early-scenarios.ts'
import { packetSuite } from './packet-suite.ts'
import { settingsScenarios } from './settings-scenarios.ts'
import { workloadScenarios } from './workload-scenarios.ts'

const test = packetSuite('stages', [...earlyScenarios, ...workloadScenarios, ...settingsScenarios])

const available = kernelAvailable()
if (available.ok) test.run()
else skipLoudly(available.reason)
