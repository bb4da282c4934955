/** Run inside a namespace by the tests, as `rampart demo-worker` is by the demo. */

import { runDemoWorker } from '../../src/demo/worker.ts'

process.exitCode = await runDemoWorker()
