/** The agent's user, its state folder, and the ruleset that lies there for the next boot. */

import type { Account, LastGoodReading, StateFolder, StateReading } from '../host/host-readings.ts'
import { shortCommit } from '../repository/revision.ts'
import { type Check, notChecked, ok, problem, warning, whenRead } from './check.ts'

const mebibyte = 1024 * 1024
const leastBytes = 32 * mebibyte
const comfortableBytes = 256 * mebibyte
const leastInodes = 1000

export function checkAccount({ uid, gid }: Account): readonly Check[] {
  const name = 'user'
  if (uid !== undefined && gid !== undefined) return [ok(name, `rampart is user ${uid}, group ${gid}`)]
  const missing = uid === undefined && gid === undefined ? 'user and group' : uid === undefined ? 'user' : 'group'
  return [
    warning(
      name,
      `there is no ${missing} rampart, which the units run as`,
      'install systemd/rampart.sysusers as /usr/lib/sysusers.d/rampart.conf and run systemd-sysusers',
    ),
  ]
}

export function checkStateFolder({ path, folder }: StateReading, account: Account): readonly Check[] {
  const name = 'state folder'
  return whenRead(name, folder, (found) => {
    if (found === undefined) return [notChecked(name, `there is no ${path} yet: rampart.service makes it`)]
    const faults = faultsOf(found, { path, account })
    return faults.length === 0 ? [ok(name, `${path}, ${megabytes(found.freeBytes)} free`)] : faults
  })
}

function faultsOf(
  folder: StateFolder,
  { path, account }: { readonly path: string; readonly account: Account },
): readonly Check[] {
  const name = 'state folder'
  if (!folder.isFolder) return [problem(name, `${path} is no folder`, 'move it away: rampart.service makes the folder')]
  const faults: Check[] = []
  if (account.uid !== undefined && folder.uid !== account.uid)
    faults.push(
      problem(name, `${path} does not belong to the user rampart, who cannot write it`, `chown -R rampart: ${path}`),
    )
  if ((folder.mode & 0o077) !== 0)
    faults.push(warning(name, `${path} is open to others (mode ${folder.mode.toString(8)})`, `chmod 700 ${path}`))
  if (folder.isReadOnly) faults.push(problem(name, `${path} is on a read-only file system`, 'mount it writable'))
  return [...faults, ...checkSpace(folder, path)]
}

function checkSpace({ freeBytes, freeInodes }: StateFolder, path: string): readonly Check[] {
  const name = 'disk'
  if (freeInodes !== undefined && freeInodes < leastInodes)
    return [problem(name, `only ${freeInodes} inodes are free at ${path}`, 'remove files there')]
  const finding = `only ${megabytes(freeBytes)} are free at ${path}`
  if (freeBytes < leastBytes) return [problem(name, finding, 'make room: the next revision cannot be saved')]
  return freeBytes < comfortableBytes ? [warning(name, finding, 'make room')] : []
}

function megabytes(bytes: number): string {
  const count = bytes / mebibyte
  return count >= 10 * 1024 ? `${Math.round(count / 1024)} GiB` : `${Math.round(count)} MiB`
}

export function checkLastGood({ path, content }: LastGoodReading): readonly Check[] {
  const name = 'boot ruleset'
  return whenRead(name, content, (found) => {
    if (found === undefined)
      return [notChecked(name, `there is no ${path} yet: it is written when a revision is applied`)]
    const { revision, failure } = found
    if (revision === undefined)
      return [
        problem(
          name,
          `${path} is damaged, and a host that boots now is open`,
          'run rampart sync, which writes it anew',
        ),
      ]
    return whenRead(name, failure, (said) => [
      said === undefined
        ? ok(name, `${path} (${shortCommit(revision.commit)}) loads`)
        : problem(name, `nft refuses ${path}: ${said}`, 'run rampart sync, which writes it anew'),
    ])
  })
}
