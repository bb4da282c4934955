/** How commits come from the remote into a bare repository on this disk; nothing is checked here, git-objects.ts does. */

/** Both calls are limited by the configuration's time and bytes, each for itself. */
export interface GitTransport {
  /** Commit id of the branch's tip, without fetching anything. @throws HostError git-*, file-unreadable, aborted */
  probe(signal: AbortSignal): Promise<string>
  /** Gives the commit id of the tip that was fetched. @throws HostError git-*, file-unreadable, state-unwritable, aborted */
  download(target: DownloadTarget): Promise<string>
}

export interface DownloadTarget {
  /** A bare repository. */
  readonly gitdir: string
  /**
   * So many commits of history; undefined: all of it since the commit under `acceptedRef`, if there is one. A depth again
   * and again would transfer every file each time: upload-pack leaves out what we have only for history that is complete.
   */
  readonly depth: number | undefined
  readonly signal: AbortSignal
  /** Called once the remote was asked, and is waited for. */
  readonly onAsked?: (() => void) | undefined
}

/** The last commit of the repository on disk that was found sound. Other refs there may point at what never arrived. */
export const acceptedRef = 'refs/rampart/accepted'
