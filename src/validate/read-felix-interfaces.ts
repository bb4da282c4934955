/** Reads which interfaces are workloads', and which nobody governs. */

import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import { readParameter } from './read-parameter.ts'
import type { Subject } from './subject.ts'

/** `none` means that there are no workload interfaces. */
export function readInterfacePrefixes(subject: Subject<FelixConfigurationDocument>): readonly string[] | undefined {
  const text = readParameter(subject, 'interfacePrefix')
  if (text === undefined) return undefined
  if (text.toLowerCase() === 'none') return []
  const prefixes = entriesOf(text)
  const wrong = prefixes.find((prefix) => !/^[a-zA-Z0-9_-]{1,15}$/.test(prefix))
  if (wrong === undefined) return prefixes
  const what = wrong === '' ? 'an entry is empty' : `the prefix "${wrong}" is not valid`
  subject.report('invalid-value', {
    at: ['spec', 'interfacePrefix'],
    message: `${what}: write prefixes of up to 15 letters, digits, "_" and "-" with commas between, or none`,
  })
  return undefined
}

/** Names, and prefixes that end with `*`; Calico writes the latter as `/^prefix/`. `none` means that every interface can be governed. */
export function readExcludedInterfaces(subject: Subject<FelixConfigurationDocument>): readonly string[] | undefined {
  const text = readParameter(subject, 'interfaceExclude')
  if (text === undefined || text === '') return undefined
  if (text.toLowerCase() === 'none') return []
  const entries = entriesOf(text).map(simplify)
  const wrong = entries.find((entry) => !/^(?:[a-zA-Z0-9_.-]{1,15}|[a-zA-Z0-9_.-]{1,14}\*)$/.test(entry))
  if (wrong === undefined) return entries
  const what = wrong === '' ? 'an entry is empty' : `"${wrong}" is not valid`
  subject.report('invalid-value', {
    at: ['spec', 'interfaceExclude'],
    message: `${what}: write names of interfaces, or what they start with and a "*", as dummy0, veth*`,
  })
  return undefined
}

/** A regular expression that says no more than a name or a prefix. */
function simplify(entry: string): string {
  const [, literal, rest] = /^\/\^([a-zA-Z0-9_-]{1,15})(\$|(?:\.\*\$?)?)\/$/.exec(entry) ?? []
  if (literal === undefined) return entry
  return rest === '$' ? literal : `${literal}*`
}

function entriesOf(text: string): readonly string[] {
  return text.split(',').map((entry) => entry.trim())
}
