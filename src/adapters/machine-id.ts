/** What tells this machine from its clones: stable over reboots, different on every host. */

import { hostname } from 'node:os'
import { readOptionalTextFile } from './files.ts'

/** The content of machine-id(5), or the host name where there is none (or none yet: `uninitialized`). */
export async function readMachineId(path = '/etc/machine-id'): Promise<string> {
  const text = (await readOptionalTextFile(path))?.trim() ?? ''
  return /^[0-9a-f]{32}$/.test(text) ? text : hostname()
}
