/** The closed list of diagnostic codes: the severity of each and, for `validate --explain`, what it means and what to do. */

import type { CodeEntry } from './code-entry.ts'
import { documentCodes } from './document-codes.ts'
import { endpointCodes } from './endpoint-codes.ts'
import { expiryCodes } from './expiry-codes.ts'
import { fileCodes } from './file-codes.ts'
import { peerLintCodes } from './peer-lint-codes.ts'
import { policyCodes } from './policy-codes.ts'
import { policyLintCodes } from './policy-lint-codes.ts'
import { ruleLintCodes } from './rule-lint-codes.ts'
import { testCodes } from './test-codes.ts'

export const catalogue = {
  ...fileCodes,
  ...documentCodes,
  ...expiryCodes,
  ...policyCodes,
  ...endpointCodes,
  ...testCodes,
  ...policyLintCodes,
  ...ruleLintCodes,
  ...peerLintCodes,
} as const satisfies Record<string, CodeEntry>
