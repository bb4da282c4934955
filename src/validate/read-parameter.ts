/** Reads single parameters of a FelixConfiguration. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import type { Subject } from './subject.ts'

type Spec = FelixConfigurationDocument['spec']

/** As it stands; undefined when it is absent or of another type. */
export function readParameter<Name extends keyof Spec>(
  subject: Subject<FelixConfigurationDocument>,
  name: Name,
): Spec[Name] | undefined {
  return subject.isSound(['spec', name]) ? subject.value.spec[name] : undefined
}

type WordName = { [Name in keyof Spec]-?: Spec[Name] extends string | undefined ? Name : never }[keyof Spec]

/** One of the words, in any letter case; empty text is as if absent. */
export function readWord<Word extends string>(
  subject: Subject<FelixConfigurationDocument>,
  name: WordName,
  words: readonly Word[],
): Word | undefined {
  const text = readParameter(subject, name)
  if (text === undefined || text === '') return undefined
  const word = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
  if (word === undefined) {
    const near = nearestName(text, words)
    const right = near === undefined ? `it must be ${words.join(' or ')}` : `did you mean "${near}"?`
    subject.report('invalid-value', { at: ['spec', name], message: `spec.${name} is "${text}": ${right}` })
  }
  return word
}
