/** Real packets through real tables: behaviour.md's worked examples and clauses about early stages, workloads and settings. */

import { suite } from 'uvu'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { addScenarios } from './add-scenarios.ts'
import { earlyScenarios } from './early-scenarios.ts'
import { settingsScenarios } from './settings-scenarios.ts'
import { stagedScenarios } from './staged-scenarios.ts'
import { workloadScenarios } from './workload-scenarios.ts'

const stages = suite('stages')
addScenarios(stages, [...earlyScenarios, ...workloadScenarios, ...settingsScenarios, ...stagedScenarios])

const available = kernelAvailable()
if (available.ok) stages.run()
else skipLoudly(available.reason)
