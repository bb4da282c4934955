/** Reads a selector of a policy or rule and marks its fault inside the text. */

import { diagnose } from '../diagnostic/diagnostic.ts'
import type { Path } from '../document/located-document.ts'
import { readSelector } from '../selector/read-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { printPath, type Subject } from './subject.ts'

const maxLength = 1024

/** Undefined when it was reported as faulty. */
export function readPolicySelector(subject: Subject<unknown>, at: Path, text: string): Selector | undefined {
  if (text.length > maxLength) {
    subject.report('selector-too-long', {
      at,
      mark: 'key',
      message: `${printPath(at)} has ${text.length} characters: at most ${maxLength}`,
    })
    return undefined
  }
  const reading = readSelector(text)
  if (reading.type === 'fault') {
    subject.add(
      diagnose('selector-syntax', { message: reading.message, span: subject.document.spanWithin(at, reading) }),
    )
    return undefined
  }
  // the raw text, as in Calico: even inside a string it is refused, and notSelector may hold it
  const global = at.at(-1) === 'notSelector' ? -1 : text.indexOf('global(')
  if (global === -1) return reading.selector
  const message = 'global() has no meaning in a selector: it stands only in a namespaceSelector'
  const span = subject.document.spanWithin(at, { start: global, end: global + 'global()'.length })
  subject.add(diagnose('selector-global', { message, span }))
  return undefined
}
