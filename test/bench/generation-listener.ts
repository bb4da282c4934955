/** Every commit to the packet filter of this network namespace, with the time at which it was heard of. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** What an agent may need for 100,000 rules on a machine that has other things to do. */
const longestWaitMs = 8 * 60_000

/** nft's word for a commit so large that its events had no room in the socket, the last one among them. */
const lostEvents = '# ERROR: We lost some netlink events!'

/** Between two lines about one commit; one that took longer is taken for the later. */
const longestGapMs = 20

export interface Commit {
  /** Of the monotonic clock of this process. */
  readonly atMs: number
  /** When the first of its events was heard of, all of which come after it; of use where commits do not follow on one another at once. */
  readonly firstEventAtMs: number
  /** 0 where the events that name it were lost. */
  readonly pid: number
}

export class GenerationListener {
  readonly commits: Commit[] = []
  private readonly child: ChildProcess

  constructor() {
    // it complains of each element of a set that was made before it listened
    const child = spawn('nft', ['-n', 'monitor'], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.child = child
    process.once('exit', () => this.close())
    let [firstEventAtMs, lastEventAtMs] = [0, 0]
    createInterface(child.stdout).on('line', (line) => {
      const nowMs = performance.now()
      // of a commit whose end was lost the events stand alone
      if (nowMs - lastEventAtMs > longestGapMs) firstEventAtMs = nowMs
      lastEventAtMs = nowMs
      const pid = line === lostEvents ? '0' : /^# new generation \d+ by process (\d+) /.exec(line)?.[1]
      if (pid === undefined) return
      this.commits.push({ atMs: nowMs, firstEventAtMs, pid: Number(pid) })
      lastEventAtMs = 0
    })
  }

  /** The first one after so many that fits. @throws Error when there is none within eight minutes */
  async wait(after: number, fits: (commit: Commit) => boolean = () => true): Promise<Commit> {
    const startedMs = performance.now()
    while (performance.now() - startedMs < longestWaitMs) {
      const found = this.commits.slice(after).find(fits)
      if (found !== undefined) return found
      await delay(1)
    }
    throw new Error('no commit to the packet filter was heard of within eight minutes')
  }

  close(): void {
    this.child.kill('SIGKILL')
  }
}
