/** Compares a document with the schema of its kind: gives one diagnostic a fault, at its place. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument, Path } from '../document/located-document.ts'
import type { SchemaError, Validator } from '../schema/validators.js'
import { describeFault, type StructureFault } from './describe-fault.ts'
import { type PathSet, pathSet } from './path-set.ts'
import { oneLine } from './subject.ts'
import { valueAt } from './value-at.ts'

export interface Structure {
  readonly diagnostics: readonly Diagnostic[]
  /** Where a value is absent or of another type than the schema says: nothing there may be used. */
  readonly unsound: PathSet
}

export function checkStructure(document: LocatedDocument, kind: string, validator: Validator): Structure {
  if (validator(document.value)) return sound
  const faults = onePerPlace(validator.errors ?? []).map((error) => faultOf(error, document, kind))
  return {
    diagnostics: faults.map((fault) => {
      const { code, message, mark } = describeFault(fault)
      return diagnose(code, { message: oneLine(message), span: document.spanOf(fault.place, mark) })
    }),
    unsound: pathSet(
      faults.filter(({ error }) => ['type', 'required', 'enum'].includes(error.keyword)).map(({ path }) => path),
    ),
  }
}

const sound: Structure = { diagnostics: [], unsound: pathSet([]) }

/** A value of the wrong type fails its other keywords too. */
function onePerPlace(errors: readonly SchemaError[]): readonly SchemaError[] {
  const types = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath))
  return errors.filter(({ keyword, instancePath }) => keyword === 'type' || !types.has(instancePath))
}

/** `place` is what is marked: a missing field has none, so the mapping that lacks it is. */
function faultOf(error: SchemaError, document: LocatedDocument, kind: string): StructureFault {
  const parent = readPointer(error.instancePath, document.value)
  const field = error.params.missingProperty ?? error.params.additionalProperty
  const path = typeof field === 'string' ? [...parent, field] : parent
  const place = error.keyword === 'required' ? parent : path
  const span = document.spanOf(path, 'value')
  return {
    error,
    kind,
    path,
    place,
    value: valueAt(document.value, path),
    written: span.source.text.slice(span.start, span.end),
  }
}

/** Numbers where the value has a list. */
function readPointer(pointer: string, root: unknown): Path {
  const path: (string | number)[] = []
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(valueAt(root, path)) ? Number(key) : key)
  }
  return path
}
