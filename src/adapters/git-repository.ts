/** A git repository as the source of policy: the tip of its branch, complete and checked, or a reason why not. */

import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import { HostError } from '../reconcile/host-error.ts'
import type { PolicySource } from '../reconcile/ports.ts'
import type { RevisionFiles } from '../repository/revision.ts'
import { type CurrentGeneration, type Generation, type Generations, openGenerations } from './git-generations.ts'
import { readRevision } from './git-objects.ts'
import { gitFailure, readGitRemote } from './git-remote.ts'
import type { GitTransport } from './git-transport.ts'
import { openGitTransport } from './open-git-transport.ts'

export interface GitRepositoryOptions {
  readonly configuration: RepositoryConfiguration
  /** Ours alone; made when missing. Whatever is damaged in it is fetched again. */
  readonly folder: string
}

/**
 * One call of fetch() at a time. It asks the remote for its tip, which is cheap, and fetches only when that has moved. The
 * commit need not descend from the one before. Throws HostError git-*, file-unreadable, state-unwritable, aborted.
 */
export function openGitRepository({ configuration, folder }: GitRepositoryOptions): PolicySource {
  const generations = openGenerations(folder)
  let last: RevisionFiles | undefined
  return {
    async fetch(signal) {
      const remote = readGitRemote(configuration.url)
      const transport = openGitTransport(configuration)
      const tip = await transport.probe(signal)
      if (!/^[0-9a-f]{40}$/.test(tip)) {
        throw gitFailure('git-corrupt', {
          name: remote.name,
          reason: 'its commit ids are not SHA-1, and no others are read',
        })
      }
      if (last?.revision.commit === tip) return last
      const known = new Map(last?.files.map((file) => [file.contentId, file.bytes]))
      const { path, maxBytes } = configuration
      const read = ({ gitdir }: Generation, commit: string) =>
        readRevision({ name: remote.name, gitdir, commit, path, maxBytes, known, signal })
      last = await update({ generations, transport, read, signal }, tip)
      return last
    },
  }
}

interface Update {
  readonly generations: Generations
  readonly transport: GitTransport
  readonly read: (generation: Generation, commit: string) => Promise<RevisionFiles>
  readonly signal: AbortSignal
}

async function update(context: Update, tip: string): Promise<RevisionFiles> {
  const current = await context.generations.current()
  if (current === undefined || current.accepted === undefined || current.isOvergrown) return await replant(context)
  try {
    return await advance(context, current, tip)
  } catch (error) {
    // what is damaged may lie on our disk, and nothing there is worth a repair
    if (error instanceof HostError && error.code === 'git-corrupt') return await replant(context)
    throw error
  }
}

async function advance(context: Update, current: CurrentGeneration, tip: string): Promise<RevisionFiles> {
  // fetched and read by an earlier process
  if (current.accepted === tip) return await context.read(current, tip)
  return await growTo(context, current, 'increment')
}

/** Everything anew, beside what is there. */
async function replant(context: Update): Promise<RevisionFiles> {
  return await growTo(context, await context.generations.begin(), 'snapshot')
}

async function growTo(
  context: Update,
  generation: Generation,
  extent: 'snapshot' | 'increment',
): Promise<RevisionFiles> {
  const { generations, transport, read, signal } = context
  const commit = await transport.download({ gitdir: generation.gitdir, extent, signal })
  const files = await read(generation, commit).catch(async (error: unknown) => {
    // a sound commit that lacks our folder or is too large: it is kept, else every call would transfer it again
    if (error instanceof HostError && (error.code === 'git-not-found' || error.code === 'git-limit')) {
      await generations.accept(generation, commit)
    }
    throw error
  })
  await generations.accept(generation, commit)
  return files
}
