/** Reads how packets are logged. */

import type { FelixConfiguration, LogRateLimit } from '../policy/felix-configuration.ts'
import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import { readParameter } from './read-parameter.ts'
import type { Subject } from './subject.ts'

/** Empty text is a prefix too. */
export function readLogPrefix(subject: Subject<FelixConfigurationDocument>): FelixConfiguration['logPrefix'] {
  const prefix = readParameter(subject, 'logPrefix')
  if (prefix === undefined || /^[a-zA-Z0-9%: /_-]*$/.test(prefix)) return prefix
  const message = `spec.logPrefix is ${JSON.stringify(prefix)}: use letters, digits, blanks and % : / _ -`
  subject.report('invalid-value', { at: ['spec', 'logPrefix'], message })
  return undefined
}

export function readLogRateLimit(subject: Subject<FelixConfigurationDocument>): LogRateLimit | undefined {
  const text = readParameter(subject, 'logActionRateLimit')
  if (text === undefined || text === '') return undefined
  const [, count, unit] = /^([1-9]\d{0,3})\/(second|minute|hour|day)$/.exec(text) ?? []
  const per = units.find((candidate) => candidate === unit)
  if (per !== undefined) return { count: Number(count), per }
  const message = `spec.logActionRateLimit is "${text}": write a number from 1 to 9999 and second, minute, hour or day, as 10/second`
  subject.report('invalid-value', { at: ['spec', 'logActionRateLimit'], message })
  return undefined
}

const units: readonly LogRateLimit['per'][] = ['second', 'minute', 'hour', 'day']
