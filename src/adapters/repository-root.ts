/** Where a folder lies in its git checkout, for tools that name files from there. */

import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'

/**
 * Leads from the root of the checkout around the folder to the folder: '' or with a slash at the end. Outside of a checkout from the current
 * folder; '' when it is not below that either.
 */
export async function pathInRepository(folder: string): Promise<string> {
  const place = await realpath(folder)
  const root = (await findCheckout(place)) ?? process.cwd()
  const path = relative(root, place).split(sep).join('/')
  return path === '' || path.startsWith('..') ? '' : `${path}/`
}

async function findCheckout(folder: string): Promise<string | undefined> {
  // a work tree and a submodule have a file of that name
  const isRoot = await lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  )
  if (isRoot) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : findCheckout(parent)
}
