/** The version in package.json: put in by the bundler; read from the file when run from source. */

import { readFileSync } from 'node:fs'

declare const BUNDLED_VERSION: string | undefined

export const version: string = typeof BUNDLED_VERSION === 'string' ? BUNDLED_VERSION : versionOfCheckout()

function versionOfCheckout(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
