/** Reads a namespaceSelector, in the forms that need no labels of namespaces (behaviour.md SEL-30, SEL-31). */

import { diagnose } from '../diagnostic/diagnostic.ts'
import type { Path } from '../document/located-document.ts'
import { inAnyNamespace, inNoNamespace } from '../policy/namespace-scope.ts'
import { namespaceLabel } from '../policy/resource.ts'
import { readSelector } from '../selector/read-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { printPath, type Subject } from './subject.ts'

const maxLength = 1024
/** The label that every namespace has of itself. */
const nameLabel = 'projectcalico.org/name'

/** What it asks of peers and endpoints; undefined when it was reported as faulty. */
export function readNamespaceSelector(subject: Subject<unknown>, at: Path, text: string): Selector | undefined {
  if (text.length > maxLength) {
    const message = `${printPath(at)} has ${text.length} characters: at most ${maxLength}`
    subject.report('selector-too-long', { at, mark: 'key', message })
    return undefined
  }
  const reading = readSelector(text)
  if (reading.type === 'fault') {
    const span = subject.document.spanWithin(at, reading)
    subject.add(diagnose('selector-syntax', { message: reading.message, span }))
    return undefined
  }
  if (text.includes('global(')) return readGlobal(subject, at, text)
  const scope = scopeOf(reading.selector)
  if (scope === undefined) {
    const message = `${printPath(at)} is refused: namespaces have no labels here; write all(), global() in a rule, ${nameLabel} == "x" or ${nameLabel} in {"x", "y"}`
    subject.report('unsupported-field', { at, message })
  }
  return scope
}

/** Of a rule it must be the whole text, as in Calico; a policy's may not have it. */
function readGlobal(subject: Subject<unknown>, at: Path, text: string): Selector | undefined {
  const isOfPolicy = at.length === 2
  if (!isOfPolicy && text.trim() === 'global()') return inNoNamespace
  const start = text.indexOf('global(')
  const span = subject.document.spanWithin(at, { start, end: start + 'global()'.length })
  const message = isOfPolicy
    ? "global() has no meaning in a policy's namespaceSelector: it stands only in that of a rule"
    : 'global() stands beside something else: it is a namespaceSelector of its own'
  subject.add(diagnose('selector-global', { message, span }))
  return undefined
}

function scopeOf(selector: Selector): Selector | undefined {
  if (selector.type === 'all') return inAnyNamespace
  if (selector.type === 'compare' && selector.operator === '==' && selector.label === nameLabel)
    return { ...selector, label: namespaceLabel }
  return selector.type === 'in' && selector.label === nameLabel ? { ...selector, label: namespaceLabel } : undefined
}
