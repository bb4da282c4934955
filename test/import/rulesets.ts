/** The exports that the tests of import/ read: of ufw, firewalld, a hand-written gateway, a Calico host. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../src/diagnostic/source.ts'

const folder = 'test/import/rulesets'

/** Its path is the one below the folder, so that nothing printed depends on where the tests run. */
export function readSource(path: string): Source {
  return { path, text: readFileSync(join(folder, path), 'utf8') }
}

/** XML files and firewalld.conf, in the order of their paths. */
export function firewalldFiles(): readonly string[] {
  const paths = readdirSync(join(folder, 'firewalld'), { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => /\.xml$|\.conf$/.test(path) && statSync(join(folder, 'firewalld', path)).isFile())
    .map((path) => `firewalld/${path}`)
    .sort()
}
