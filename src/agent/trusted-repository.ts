/** The policy repository together with what decides whether its commits are believed. */

import { openGitRepository } from '../adapters/git-repository.ts'
import { createSignatureVerifier } from '../adapters/signature.ts'
import type { RepositoryConfiguration, TrustConfiguration } from '../host/agent-configuration.ts'
import type { RunPorts } from '../reconcile/run-context.ts'
import { anyCommit, createTrustJudge } from '../reconcile/trust.ts'

export interface TrustedRepositoryOptions {
  readonly repository: RepositoryConfiguration
  readonly trust: TrustConfiguration | undefined
  /** Where fetched commits lie; ours alone. */
  readonly folder: string
}

export function openTrustedRepository(options: TrustedRepositoryOptions): Pick<RunPorts, 'source' | 'trust'> {
  const { repository, trust, folder } = options
  const source = openGitRepository({ configuration: repository, folder })
  if (trust === undefined) return { source, trust: anyCommit }
  const signatures = createSignatureVerifier(trust)
  return { source, trust: createTrustJudge({ configuration: trust, history: source.history, signatures }) }
}
