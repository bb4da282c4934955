/** The elements of a set or map as text in order: in portions that are remembered, of which an edit prints those that it touches. */

import { changesOf, type Elements, originOf } from './edited-elements.ts'

/** @param of what holds the element */
export type PrintElement<Of extends Elements> = (element: string, of: Of) => string

const portionSize = 512
const separator = ',\n\t\t\t     '

interface Portion {
  readonly elements: readonly string[]
  readonly text: string
}

const known = new WeakMap<Elements, readonly Portion[]>()

/** @param print always the same for one kind of elements */
export function printElements<Of extends Elements>(elements: Of, print: PrintElement<Of>): string {
  const portions = portionsOf(originOf(elements) as Of, print)
  const changed = [...changesOf(elements)].sort()
  if (changed.length === 0) return joined(portions.map(({ text }) => text))
  const isChanged = new Set(changed)
  let next = 0
  const texts = portions.map((portion, at) => {
    const end = portions[at + 1]?.elements[0]
    const start = next
    while (next < changed.length && (end === undefined || (changed[next] ?? end) < end)) next++
    if (start === next) return portion.text
    const kept = portion.elements.filter((element) => !isChanged.has(element))
    const come = changed.slice(start, next).filter((element) => elements.has(element))
    return textOf([...kept, ...come].sort(), elements, print)
  })
  return joined(texts)
}

/** At least one. */
function portionsOf<Of extends Elements>(origin: Of, print: PrintElement<Of>): readonly Portion[] {
  const found = known.get(origin)
  if (found !== undefined) return found
  const sorted = [...origin.keys()].sort()
  const portions: Portion[] = []
  for (let start = 0; start === 0 || start < sorted.length; start += portionSize) {
    const elements = sorted.slice(start, start + portionSize)
    portions.push({ elements, text: textOf(elements, origin, print) })
  }
  known.set(origin, portions)
  return portions
}

function textOf<Of extends Elements>(sorted: readonly string[], of: Of, print: PrintElement<Of>): string {
  return sorted.map((element) => print(element, of)).join(separator)
}

/** Of an edited set no element of a portion may be left. */
function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(separator)
}
