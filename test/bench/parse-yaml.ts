/** Measured by the bench: parses the YAML files of a folder with the package alone, and does nothing with them. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

const folder = process.argv[2] ?? '.'
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!path.endsWith('.yaml')) continue
  const documents = parseAllDocuments(readFileSync(join(folder, path), 'utf8'), { uniqueKeys: false })
  if (Array.isArray(documents)) for (const document of documents) document.toJS()
}
