/** The modules in a bundle -> the licences of the packages they come from, which must travel with it. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Name, version, licence and licence text of every package, sorted by name.
 *
 * @param modules paths below the checkout, as in esbuild's metafile
 * @throws Error when a package names no licence at all: it must not be shipped
 */
export function collectLicenses(modules) {
  const folders = [...new Set(modules.flatMap((path) => packageFolder(path) ?? []))].sort()
  return ['This program contains the following packages.\n', ...folders.map((folder) => describePackage(folder))].join(
    `\n${'-'.repeat(80)}\n\n`,
  )
}

function packageFolder(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]
}

function describePackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  if (license === undefined && texts.length === 0)
    throw new Error(`${name} ${version} has no licence: it cannot be shipped`)
  return `${[`${name} ${version}\nLicence: ${license ?? 'see below'}`, ...texts].join('\n\n')}\n`
}
