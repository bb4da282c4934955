/** The demo's end of the line to a worker inside a namespace. */

import { startBackgroundProcess } from '../adapters/background-process.ts'
import { inNamespace, namespaceError, type Program } from '../adapters/namespaces.ts'
import type { AnswerLine, Probe, ProbeOutcome, RequestLine, WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

export interface LabWorker {
  listen(ports: { readonly tcp: readonly number[]; readonly udp: readonly number[] }): Promise<void>
  probe(probe: Probe): Promise<ProbeOutcome>
  /** Tries until it is open, at most for `limitMs`. */
  knock(probe: Probe, limitMs: number): Promise<ProbeOutcome>
  serveGit(site: Omit<Extract<WorkerRequest, { type: 'serveGit' }>, 'type'>): Promise<void>
  /** Gives the HTTP status of the answer. */
  ring(bell: Omit<Extract<WorkerRequest, { type: 'ring' }>, 'type'>): Promise<number>
  /** Leaves it running when this process ends. */
  leave(): Promise<void>
}

const answerLimitMs = 20_000

/**
 * @param worker a program that calls runDemoWorker()
 * @param signal ends waiting for answers, not the worker
 * @throws HostError namespace-failed by every method, when the worker refuses, ends or does not answer within 20 s
 */
export async function startLabWorker(namespace: string, worker: Program, signal: AbortSignal): Promise<LabWorker> {
  const waiting = new Map<number, (answer: WorkerAnswer) => void>()
  const answerAll = (message: string) => {
    for (const resolve of waiting.values()) resolve({ type: 'failed', message })
  }
  const child = await startBackgroundProcess({
    ...inNamespace(namespace, worker),
    onLine: (line) => {
      const { id, answer } = JSON.parse(line) as AnswerLine
      waiting.get(id)?.(answer)
    },
  })
  signal.addEventListener('abort', () => answerAll('interrupted'), { once: true })
  let ended = false
  void child.ended.then(() => {
    ended = true
    answerAll(`the helper ended: ${child.lastErrors().trim() || 'without a word'}`)
  })
  let lastId = 0
  const ask = (request: WorkerRequest): Promise<WorkerAnswer> =>
    new Promise((resolve) => {
      lastId += 1
      const id = lastId
      const settle = (answer: WorkerAnswer) => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(() => settle({ type: 'failed', message: 'no answer' }), answerLimitMs)
      waiting.set(id, settle)
      if (ended || signal.aborted) return settle({ type: 'failed', message: 'the helper is not asked any more' })
      child.send(JSON.stringify({ id, request } satisfies RequestLine))
    })
  return {
    listen: async (ports) => void expectAnswer(namespace, 'done', await ask({ type: 'listen', ...ports })),
    probe: async (probe) => expectAnswer(namespace, 'probed', await ask({ type: 'probe', probe })).outcome,
    knock: async (probe, limitMs) =>
      expectAnswer(namespace, 'probed', await ask({ type: 'knock', probe, limitMs })).outcome,
    serveGit: async (site) => void expectAnswer(namespace, 'done', await ask({ type: 'serveGit', ...site })),
    ring: async (bell) => expectAnswer(namespace, 'rung', await ask({ type: 'ring', ...bell })).status,
    leave: async () => {
      expectAnswer(namespace, 'done', await ask({ type: 'stay' }))
      child.release()
    },
  }
}

function expectAnswer<T extends WorkerAnswer['type']>(
  namespace: string,
  type: T,
  answer: WorkerAnswer,
): Extract<WorkerAnswer, { type: T }> {
  if (isAnswer(answer, type)) return answer
  const reason = answer.type === 'failed' ? answer.message : `unexpected answer ${answer.type}`
  throw namespaceError(`the helper in ${namespace} failed: ${reason}`)
}

function isAnswer<T extends WorkerAnswer['type']>(
  answer: WorkerAnswer,
  type: T,
): answer is Extract<WorkerAnswer, { type: T }> {
  return answer.type === type
}
