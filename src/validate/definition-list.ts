/** The definitions behind one list of the policy set: kept in order while files come and go. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { placeInOrder } from '../policy/place-in-order.ts'
import { compareNames } from '../policy/resource.ts'
import { compareIdentities, type Definition, isUsable, type Unusable } from './definition.ts'
import type { PolicyResource } from './read-resource.ts'

export interface DefinitionList<Resource extends PolicyResource> {
  /** By name and namespace; those that define the same, by path and place. */
  readonly all: readonly (Resource | Unusable)[]
  /** In the same order; of several that define the same the first that can be used. */
  readonly usable: readonly Resource[]
  /** One for each further definition of the same, pointing at the first one too. */
  readonly duplicates: readonly Diagnostic[]
}

export const emptyList: DefinitionList<never> = { all: [], usable: [], duplicates: [] }

export interface Change<Item> {
  readonly removed: readonly Item[]
  readonly added: readonly Item[]
}

/** The same object when nothing is removed or added. */
export function changeList<Resource extends PolicyResource>(
  list: DefinitionList<Resource>,
  { removed, added }: Change<Resource | Unusable>,
): DefinitionList<Resource> {
  if (removed.length === 0 && added.length === 0) return list
  const soon = changeFew(list, { removed, added })
  if (soon !== undefined) return soon
  const gone = new Set(removed)
  const kept = gone.size === 0 ? list.all : list.all.filter((definition) => !gone.has(definition))
  return listOf(merge(kept, [...added].sort(compare)))
}

/** More are sooner merged than put in their places one by one. */
const few = 64

/** Without a look at the others. Undefined for too many, and where something is defined twice, or comes to be. */
function changeFew<Resource extends PolicyResource>(
  { all, usable, duplicates }: DefinitionList<Resource>,
  { removed, added }: Change<Resource | Unusable>,
): DefinitionList<Resource> | undefined {
  if (duplicates.length > 0 || removed.length + added.length > Math.min(few, all.length / 2)) return undefined
  const now = { all: [...all], usable: [...usable], duplicates }
  for (const one of removed) for (const list of [now.all, now.usable]) takeOut(list, one)
  for (const one of added) {
    const { at, isTaken } = placeOf(one, now.all)
    if (isTaken) return undefined
    now.all.splice(at, 0, one)
    if (isUsable(one)) now.usable.splice(placeOf(one, now.usable).at, 0, one)
  }
  return now
}

function takeOut(list: Definition[], definition: Definition): void {
  const { at } = placeOf(definition, list)
  if (list[at] === definition) list.splice(at, 1)
}

/** `isTaken`: something else that defines the same stands there. */
function placeOf(
  definition: Definition,
  list: readonly Definition[],
): { readonly at: number; readonly isTaken: boolean } {
  const at = placeInOrder(definition, list, { order: compareIdentities })
  const there = list[at]
  return { at, isTaken: there !== undefined && compareIdentities(there, definition) === 0 }
}

function compare(a: Definition, b: Definition): number {
  return compareIdentities(a, b) || compareNames(a.span.source.path, b.span.source.path) || a.span.start - b.span.start
}

/** Of two lists in order; the second is mostly short. */
function merge<Item extends Definition>(list: readonly Item[], added: readonly Item[]): readonly Item[] {
  if (list.length === 0) return added
  const merged: Item[] = []
  let next = 0
  for (const definition of added) {
    const end = placeInOrder<Definition>(definition, list, { order: compare, from: next })
    for (; next < end; next++) merged.push(list[next] as Item)
    merged.push(definition)
  }
  for (; next < list.length; next++) merged.push(list[next] as Item)
  return merged
}

/** @param all in order */
function listOf<Resource extends PolicyResource>(all: readonly (Resource | Unusable)[]): DefinitionList<Resource> {
  const usable: Resource[] = []
  const duplicates: Diagnostic[] = []
  let first: Resource | Unusable | undefined
  for (const definition of all) {
    if (first === undefined || compareIdentities(first, definition) !== 0) first = definition
    else duplicates.push(duplicateOf(first, definition))
    const last = usable.at(-1)
    const isNew = last === undefined || compareIdentities(last, definition) !== 0
    if (isNew && isUsable(definition)) usable.push(definition)
  }
  return { all, usable, duplicates }
}

function duplicateOf(first: Definition, { kind, name, span, ...rest }: Definition): Diagnostic {
  const place = 'namespace' in rest && rest.namespace !== undefined ? ` of the namespace "${rest.namespace}"` : ''
  return diagnose('duplicate-name', {
    message: `the ${kind} "${name}"${place} is defined twice: rename or remove one`,
    span,
    notes: [{ span: first.span, message: 'first defined here' }],
  })
}
