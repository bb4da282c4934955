/** What a git server's HTTP answer, or the lack of one, means. */

import type { IncomingMessage } from 'node:http'
import type { HostError } from '../reconcile/host-error.ts'
import { describeSystemError, systemErrorCode } from './files.ts'
import { gitFailure, printForeign } from './git-remote.ts'

export interface AnswerContext {
  readonly name: string
  readonly authorization: string | undefined
  /** The server does not want to be asked again before so much time has passed. */
  readonly onBusy: (delayMs: number) => void
}

/** @throws HostError for everything but 200 */
export function checkStatus(message: IncomingMessage, access: AnswerContext): void {
  const { statusCode } = message
  if (statusCode === 200) return
  message.destroy()
  const { name, authorization, onBusy } = access
  if (statusCode === 429 || (statusCode === 503 && message.headers['retry-after'] !== undefined)) {
    const delayMs = readRetryAfter(message.headers['retry-after'], Date.now())
    onBusy(delayMs)
    throw busy(name, { reason: `the server is busy (${statusCode})`, delayMs })
  }
  if (statusCode === 401 || statusCode === 403) {
    const refused = 'the server refuses user name and token: check username and tokenFile'
    const reason = authorization === undefined ? 'the server wants a token: set tokenFile' : refused
    throw gitFailure('git-unauthorized', { name, reason: `${reason} (${statusCode})` })
  }
  if (statusCode === 404 || statusCode === 410) {
    const hint = authorization === undefined ? ' that is open without a token' : ''
    throw gitFailure('git-not-found', { name, reason: `there is no repository${hint} (${statusCode})` })
  }
  throw gitFailure('git-unreachable', { name, reason: `the server answers ${statusCode}` })
}

/** @param delayMs until it may be asked again */
export function busy(
  name: string,
  { reason, delayMs }: { readonly reason: string; readonly delayMs: number },
): HostError {
  const wait = delayMs === 0 ? '' : `, it is not asked again for ${Math.ceil(delayMs / 1000)} s`
  return gitFailure('git-busy', { name, reason: reason + wait })
}

/** A server that asks for more is asked again all the same, else it could switch the agent off. */
const longestPauseMs = 3_600_000

/** RFC 9110, 10.2.3: seconds or a date; 0 when there is none that can be read. */
export function readRetryAfter(value: string | undefined, nowMs: number): number {
  const text = value?.trim() ?? ''
  const delayMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isFinite(delayMs) ? Math.min(Math.max(delayMs, 0), longestPauseMs) : 0
}

/**
 * Every answer that we ask for ends in a flush packet, `0000`; one without it was cut by somebody who closed it properly.
 * @throws HostError git-unreachable when it is something other than git, git-corrupt when it is cut
 */
export function checkBody(
  chunks: readonly Buffer[],
  answer: { readonly message: IncomingMessage; readonly method: string; readonly name: string },
): void {
  const { message, method, name } = answer
  const type = (message.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? ''
  const expected = `application/x-git-upload-pack-${method === 'GET' ? 'advertisement' : 'result'}`
  if (type !== expected) {
    throw gitFailure('git-unreachable', {
      name,
      reason: `the server answers with ${JSON.stringify(printForeign(type))} instead of git`,
    })
  }
  const said = /^[0-9a-f]{4}ERR (.*)/s.exec(chunks[0]?.toString('utf8', 0, 1000) ?? '')
  if (said !== null) {
    throw gitFailure('git-unreachable', {
      name,
      reason: `the server says ${JSON.stringify(printForeign(said[1] ?? ''))}`,
    })
  }
  if (!Buffer.concat(chunks.slice(-4)).subarray(-4).equals(Buffer.from('0000'))) {
    throw gitFailure('git-corrupt', { name, reason: "the server's answer is incomplete" })
  }
}

/** Of the system, of TLS and of Node's HTTP, in words. */
export function describeNetworkError(error: unknown): string {
  const code = systemErrorCode(error) ?? ''
  return reasons.get(code) ?? (code === 'ECONNREFUSED' ? describeSystemError(error) : otherReason(error, code))
}

function otherReason(error: unknown, code: string): string {
  const message = printForeign(error instanceof Error ? error.message : String(error))
  if (code.startsWith('HPE_')) return 'what answers there speaks no HTTP'
  // the message of such an error names places in OpenSSL's source
  if (code.startsWith('ERR_SSL_'))
    return `TLS fails: ${code.slice('ERR_SSL_'.length).toLowerCase().replaceAll('_', ' ')}`
  return message || code
}

const untrusted = 'its certificate is signed by nobody we trust: set caFile'

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'the name is not known'],
  ['EAI_AGAIN', 'the name cannot be looked up now'],
  ['ECONNRESET', 'the connection broke off'],
  ['EPIPE', 'the connection broke off'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'the connection broke off'],
  ['ETIMEDOUT', 'nobody answers'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', "its certificate is not valid yet: check this host's clock"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a client certificate: set clientCertFile and clientKeyFile'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'what answers there speaks no TLS'],
])
