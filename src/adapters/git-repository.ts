/** A git repository as the source of policy: the tip of its branch, complete and checked, or a reason why not. */

import { join } from 'node:path'
import type { RepositoryConfiguration } from '../host/agent-configuration.ts'
import { HostError } from '../reconcile/host-error.ts'
import type { CommitHistory, CommitReader, PolicySource } from '../reconcile/ports.ts'
import { isCommitId } from '../repository/commit.ts'
import type { RevisionFiles } from '../repository/revision.ts'
import { readOptionalTextFile } from './files.ts'
import { type CurrentGeneration, type Generation, type Generations, openGenerations } from './git-generations.ts'
import { openCommitReader } from './git-history.ts'
import { openObjects } from './git-objects.ts'
import { gitFailure, readGitRemote } from './git-remote.ts'
import { type ReadRevision, readRevision } from './git-revision.ts'
import type { DownloadTarget, GitTransport } from './git-transport.ts'
import { openGitTransport } from './open-git-transport.ts'

export interface GitRepositoryOptions {
  readonly configuration: RepositoryConfiguration
  /** Ours alone; made when missing. Whatever is damaged in it is fetched again. */
  readonly folder: string
}

export interface GitRepository extends PolicySource {
  readonly history: CommitHistory
}

/**
 * One call at a time. fetch() asks the remote for its tip, which is cheap, and fetches only when that has moved. The
 * commit need not descend from the one before. Throws HostError git-*, file-unreadable, state-unwritable, aborted.
 */
export function openGitRepository(options: GitRepositoryOptions): GitRepository {
  const repository = new Repository(options)
  return {
    fetch: (signal, onNews) => repository.fetch(signal, onNews),
    recall: (commit, reach, signal) => repository.recall(commit, reach, signal),
    history: {
      open: (signal) => repository.openHistory(signal),
      deepen: (signal) => repository.deepen(signal),
    },
  }
}

/** How many commits are fetched at first, and how many when descent cannot be told from them; then all. */
const depths = [1, 64, 1024] as const

type Asking = Pick<DownloadTarget, 'signal' | 'onAsked'>

class Repository {
  private readonly configuration: RepositoryConfiguration
  private readonly generations: Generations
  private connected: { readonly name: string; readonly transport: GitTransport } | undefined
  private last: ReadRevision | undefined
  private depth: number | undefined = depths[0]
  /** Where the tip lies that was fetched last. */
  private gitdir: string | undefined
  /** Something of what lies on the disk could not be read. */
  private isDoubtful = false
  private tooDeep: { readonly commit: string; readonly error: HostError } | undefined

  constructor({ configuration, folder }: GitRepositoryOptions) {
    this.configuration = configuration
    this.generations = openGenerations(folder)
  }

  async fetch(signal: AbortSignal, onNews?: () => void): Promise<RevisionFiles> {
    const { name, transport } = this.connect()
    const tip = await transport.probe(signal)
    if (!isCommitId(tip)) {
      throw gitFailure('git-corrupt', { name, reason: 'its commit ids are not SHA-1, and no others are read' })
    }
    if (this.last?.revision.commit === tip && !this.isDoubtful) return this.last
    this.last = await this.update(tip, { signal, onAsked: onNews })
    this.isDoubtful = false
    return this.last
  }

  /** Of what lies on the disk already nothing is asked of the remote, so that it works while that is dead. */
  async recall(commit: string, reach: 'clone' | 'history', signal: AbortSignal): Promise<RevisionFiles | undefined> {
    if (!isCommitId(commit)) return undefined
    for (;;) {
      const gitdir = this.gitdir ?? (await this.generations.current())?.gitdir
      const isThere = gitdir !== undefined && (await this.has(gitdir, commit, signal))
      if (isThere) return await this.readFiles(gitdir, commit, signal)
      if (reach === 'clone' || !(await this.deepen(signal))) return undefined
    }
  }

  private async has(gitdir: string, commit: string, signal: AbortSignal): Promise<boolean> {
    const objects = openObjects({ name: this.connect().name, gitdir, signal })
    return (await objects.find(commit, 'commit')) !== undefined
  }

  openHistory(signal: AbortSignal): CommitReader {
    if (this.gitdir === undefined) return { read: async () => undefined }
    const reader = openCommitReader({ name: this.connect().name, gitdir: this.gitdir, signal })
    return {
      read: (commit) =>
        reader.read(commit).catch((error: unknown) => {
          if (error instanceof HostError && error.code === 'git-corrupt') this.isDoubtful = true
          throw error
        }),
    }
  }

  /** More commits come as a new generation: shallow history that grows in place would depend on what is there already. */
  async deepen(signal: AbortSignal): Promise<boolean> {
    if (this.gitdir === undefined || this.depth === undefined || !(await isShallow(this.gitdir))) return false
    const commit = this.last?.revision.commit ?? ''
    // as often as we are asked it would transfer as much again, and fail again
    if (this.tooDeep?.commit === commit) throw this.tooDeep.error
    const before = this.depth
    this.depth = depths.find((depth) => depth > before)
    try {
      await this.replant({ signal })
      return true
    } catch (error) {
      this.depth = before
      if (error instanceof HostError && error.code === 'git-limit') this.tooDeep = { commit, error }
      throw error
    }
  }

  private connect(): { readonly name: string; readonly transport: GitTransport } {
    if (this.connected !== undefined) return this.connected
    const remote = readGitRemote(this.configuration.url)
    const transport = openGitTransport(this.configuration)
    this.connected = { name: remote.name, transport }
    return this.connected
  }

  private async update(tip: string, asking: Asking): Promise<ReadRevision> {
    const current = await this.generations.current()
    const isUsable = current?.accepted !== undefined && !current.isOvergrown && !this.isDoubtful
    if (current === undefined || !isUsable) return await this.replant(asking)
    try {
      return await this.advance(current, tip, asking)
    } catch (error) {
      // what is damaged may lie on our disk, and nothing there is worth a repair
      if (error instanceof HostError && error.code === 'git-corrupt') return await this.replant(asking)
      throw error
    }
  }

  private async advance(current: CurrentGeneration, tip: string, asking: Asking): Promise<ReadRevision> {
    // fetched and read by an earlier process
    if (current.accepted === tip) return await this.read(current, tip, asking.signal)
    return await this.growTo(current, undefined, asking)
  }

  /** Everything anew, beside what is there. */
  private async replant(asking: Asking): Promise<ReadRevision> {
    return await this.growTo(await this.generations.begin(), this.depth, asking)
  }

  private async growTo(generation: Generation, depth: number | undefined, asking: Asking): Promise<ReadRevision> {
    const commit = await this.connect().transport.download({ gitdir: generation.gitdir, depth, ...asking })
    const files = await this.read(generation, commit, asking.signal).catch(async (error: unknown) => {
      // a sound commit that lacks our folder or is too large: it is kept, else every call would transfer it again
      if (error instanceof HostError && (error.code === 'git-not-found' || error.code === 'git-limit')) {
        await this.generations.accept(generation, commit)
      }
      throw error
    })
    await this.generations.accept(generation, commit)
    return files
  }

  private async read({ gitdir }: Generation, commit: string, signal: AbortSignal): Promise<ReadRevision> {
    const files = await this.readFiles(gitdir, commit, signal)
    this.gitdir = gitdir
    return files
  }

  private async readFiles(gitdir: string, commit: string, signal: AbortSignal): Promise<ReadRevision> {
    const { path, maxBytes } = this.configuration
    const before = this.last?.folder
    return await readRevision({ name: this.connect().name, gitdir, commit, path, maxBytes, before, signal })
  }
}

/** Whether commits are left out; git and the library note the oldest that are there in the same file. */
async function isShallow(gitdir: string): Promise<boolean> {
  return ((await readOptionalTextFile(join(gitdir, 'shallow'))) ?? '').trim() !== ''
}
