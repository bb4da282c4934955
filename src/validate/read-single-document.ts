/** Reads a file that holds exactly one mapping: the agent's configuration or a facts file. */

import { type Checked, diagnose } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { readYaml } from '../document/read-yaml.ts'

/** Undefined when it is not one mapping that can be read. */
export function readSingleDocument(
  source: Source,
  what: 'configuration' | 'facts',
): Checked<LocatedDocument | undefined> {
  const { value: documents, diagnostics } = readYaml(source)
  if (diagnostics.length > 0) return { value: undefined, diagnostics }
  const [document, second] = documents
  const refuse = (message: string, at: LocatedDocument | undefined) => {
    const span = at?.spanOf([], 'value') ?? { source, start: 0, end: 0 }
    return { value: undefined, diagnostics: [diagnose('configuration-syntax', { message, span })] }
  }
  if (document === undefined) return refuse(`the file is empty: it must hold the ${what} as one mapping`, undefined)
  if (second !== undefined) return refuse(`a second document starts here: the ${what} file holds one`, second)
  const isMapping = typeof document.value === 'object' && document.value !== null && !Array.isArray(document.value)
  return isMapping
    ? { value: document, diagnostics: [] }
    : refuse(`the ${what} must be a mapping of keys to values`, document)
}
