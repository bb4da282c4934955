/** The built program applies a folder to an empty kernel. */

import { Namespaces } from '../fakes/kernel.ts'
import { generatedNode } from './generate-policies.ts'
import { inside } from './namespaced.ts'
import { timeProgram } from './time-program.ts'
import { emptyFolder, type Workbench } from './workbench.ts'

/** Milliseconds, in a fresh namespace and with a fresh state folder. */
export async function applyOnce(workbench: Workbench, policies: string): Promise<number> {
  const { rampart, config } = workbench
  const words = [rampart, 'apply', '--from', policies, '--config', config, '--host', generatedNode]
  const state = ['--state-dir', emptyFolder(workbench, 'state')]
  const namespaces = new Namespaces()
  try {
    return (await timeProgram(inside(namespaces.add(), [process.execPath, ...words, ...state]))).durationMs
  } finally {
    namespaces.remove()
  }
}
