/** Refuses the name of a host that the policy does not have. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { UsageError } from './command-io.ts'

/** @param node of `--host`; undefined: nobody named one @throws UsageError */
export function requireHost(node: string | undefined, known: readonly string[]): void {
  if (node === undefined || known.includes(node)) return
  const near = nearestName(node, known)
  const right = near === undefined ? '' : `: did you mean "${near}"?`
  throw new UsageError(`no endpoint belongs to the host "${node}"${right}`)
}
