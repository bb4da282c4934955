/** `npm run schemas`: writes the generated schemas and validators. */

import { mkdir, writeFile } from 'node:fs/promises'
import { generateSchemas } from './generate-schemas.ts'

await mkdir('schemas', { recursive: true })
for (const [path, text] of await generateSchemas()) await writeFile(path, text)
