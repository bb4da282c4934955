/** Files and folders -> one hash of their names and contents: what is stale is decided by content, because a clone makes every file new. */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What the bundle is made from. */
export const bundleSources = ['src', 'schemas', 'package.json', 'package-lock.json']

/** Hex SHA-256. What does not exist counts as empty; the order of a folder's entries does not matter. */
export function contentHash(paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap(filesOf)) {
    const content = readFileSync(file)
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesOf(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)))
}
