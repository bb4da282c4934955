/** A child of the lab's test: builds a lab, prints its process id, and holds it until a signal comes. */

import { interruptible } from '../../src/demo/interruptible.ts'
import { buildLab } from '../../src/demo/lab.ts'

const { signal, release } = interruptible(AbortSignal.timeout(20_000))
const worker = new URL('./lab-worker.ts', import.meta.url).pathname
const lab = await buildLab({ program: process.execPath, args: ['--import', 'tsx', worker] }, signal)
process.stdout.write(`${process.pid}\n`)
// a timer keeps the process alive: an abort listener alone does not
const alive = setInterval(() => undefined, 1000)
signal.addEventListener('abort', () => {
  clearInterval(alive)
  void lab.close().then(release)
})
