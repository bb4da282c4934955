/** `rampart demo-worker`, hidden: what the demo starts inside its namespaces. Takes requests on standard input. */

import { runDemoWorker } from '../../demo/worker.ts'

export async function demoWorker(): Promise<number> {
  return await runDemoWorker()
}
