/** Reads which commits the agent believes: the part `trust` of its configuration. */

import type { TrustConfiguration } from '../host/agent-configuration.ts'
import type { AgentConfigurationDocument } from '../schema/agent-configuration.ts'
import type { Subject } from './subject.ts'

/** Undefined when the part is absent. @param file gives the absolute path that a field names */
export function readTrust(
  subject: Subject<AgentConfigurationDocument>,
  file: (field: 'allowedSignersFile' | 'pgpKeysFile') => string | undefined,
): TrustConfiguration | undefined {
  const { trust } = subject.value
  if (trust === undefined || !subject.isSound(['trust'])) return undefined
  if (trust.allowedSignersFile === undefined && trust.pgpKeysFile === undefined) {
    subject.report('missing-field', {
      at: ['trust'],
      mark: 'key',
      message: 'trust names no keys, so no commit could be believed: give allowedSignersFile, pgpKeysFile or both',
    })
  }
  return {
    require: trust.require ?? 'all',
    allowedSignersFile: file('allowedSignersFile'),
    pgpKeysFile: file('pgpKeysFile'),
    allowRewind: trust.allowRewind ?? false,
  }
}
