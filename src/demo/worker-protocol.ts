/** What the demo asks of its helper inside a namespace, and what it answers: one line of JSON each. */

/** One connection attempt. */
export interface Probe {
  /** `ping` has no port: it is 0. */
  readonly protocol: 'tcp' | 'udp' | 'ping'
  /** The own address to come from; it decides the family. */
  readonly from: string
  readonly to: string
  readonly port: number
  readonly timeoutMs: number
}

/**
 * open: an answer came. silent: none came, which is what a dropped packet looks like. refused: the host answered that
 * nobody listens. unknown: it cannot be tried here (no ping program).
 */
export type ProbeOutcome = 'open' | 'silent' | 'refused' | 'unknown'

export type WorkerRequest =
  /** Answers every TCP connection and every UDP datagram on these ports, on all addresses of both families. */
  | { readonly type: 'listen'; readonly tcp: readonly number[]; readonly udp: readonly number[] }
  | { readonly type: 'probe'; readonly probe: Probe }
  /** Tries again and again, each time with a new connection, until it is open or the limit is over. */
  | { readonly type: 'knock'; readonly probe: Probe; readonly limitMs: number }
  /** Serves the bare repositories below `root` over https, on port 443 of all addresses. */
  | {
      readonly type: 'serveGit'
      readonly root: string
      readonly token: string
      readonly key: string
      readonly certificate: string
    }
  /** Posts a push event, signed as GitHub signs it. */
  | { readonly type: 'ring'; readonly url: string; readonly secret: string; readonly body: string }

  /** Goes on when the demo ends: the lab is kept. */
  | { readonly type: 'stay' }

export type WorkerAnswer =
  | { readonly type: 'done' }
  | { readonly type: 'probed'; readonly outcome: ProbeOutcome }
  /** The HTTP status of the webhook's answer. */
  | { readonly type: 'rung'; readonly status: number }
  | { readonly type: 'failed'; readonly message: string }

export interface RequestLine {
  readonly id: number
  readonly request: WorkerRequest
}

export interface AnswerLine {
  readonly id: number
  readonly answer: WorkerAnswer
}
