/** Reads durations, sizes, shares and listening addresses of the agent's configuration. */

import type { ListenAddress } from '../host/agent-configuration.ts'
import { readAddress } from '../net/address.ts'

/** A value, or why there is none, as the second half of a sentence. */
export type Quantity<Value> =
  | { readonly type: 'value'; readonly value: Value }
  | { readonly type: 'fault'; readonly why: string }

const durationUnits: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])
const longestMs = 24 * 3_600_000

/** Milliseconds, at most a day unless said otherwise. */
export function readDuration(text: string, atLeastMs: number, atMostMs: number = longestMs): Quantity<number> {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text)
  if (match === null) return { type: 'fault', why: 'write a number and ms, s, m or h, as 90s or 5m' }
  const value = Number(match[1]) * (durationUnits.get(match[2] ?? '') ?? 1)
  if (value > atMostMs)
    return { type: 'fault', why: atMostMs === longestMs ? 'at most 24h' : `at most ${atMostMs / 1000}s` }
  return value < atLeastMs ? { type: 'fault', why: `at least ${atLeastMs / 1000}s` } : { type: 'value', value }
}

const sizeUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['Ki', 1024],
  ['Mi', 1024 ** 2],
  ['Gi', 1024 ** 3],
])

/** Bytes. */
export function readSize(text: string): Quantity<number> {
  const match = /^(\d{1,12})(Ki|Mi|Gi)?$/.exec(text)
  if (match === null) return { type: 'fault', why: 'write a number of bytes, or one with Ki, Mi or Gi, as 64Mi' }
  const value = Number(match[1]) * (sizeUnits.get(match[2] ?? '') ?? 1)
  return value < 1024 ? { type: 'fault', why: 'at least 1Ki' } : { type: 'value', value }
}

/** `127.0.0.1:9477`, `[::1]:9477` or `localhost:9477`. */
export function readListenAddress(text: string): Quantity<ListenAddress> {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2] ?? ''
  const port = Number(match?.[3])
  if (match === null) return { type: 'fault', why: 'write an address and a port, as 127.0.0.1:9477 or [::1]:9477' }
  if (host === '')
    return {
      type: 'fault',
      why: `name the address too: 127.0.0.1:${port} for this host alone, 0.0.0.0:${port} for everybody`,
    }
  if (host !== 'localhost' && readAddress(host) === undefined)
    return { type: 'fault', why: `"${host}" is not an address` }
  return port < 1 || port > 65535
    ? { type: 'fault', why: 'ports go from 1 to 65535' }
    : { type: 'value', value: { host, port } }
}

/** `50%` as 0.5. */
export function readShare(text: string): Quantity<number> {
  const match = /^(\d{1,3})%$/.exec(text)
  const percent = Number(match?.[1])
  return match === null || percent > 100
    ? { type: 'fault', why: 'write a percentage from 0% to 100%, as 50%' }
    : { type: 'value', value: percent / 100 }
}
