/** The agent's configuration, and the files with secrets that it names. */

import type { Account, ConfigurationReading, CredentialFile, Ownership } from '../host/host-readings.ts'
import { type Check, notChecked, ok, problem, whenRead } from './check.ts'

export function checkConfiguration(reading: ConfigurationReading): readonly Check[] {
  const name = 'configuration'
  switch (reading.type) {
    case 'valid':
      return [ok(name, `${reading.path} is valid, this host is "${reading.configuration.node}"`)]
    case 'invalid': {
      const more = reading.count > 1 ? ` (and ${reading.count - 1} more)` : ''
      return [problem(name, `${reading.fault}${more}`, 'correct it, or the agent will not start')]
    }
    case 'missing':
      return [problem(name, `there is no ${reading.path}`, 'write it; only repository.url is required')]
    case 'unread':
      return [notChecked(name, `${reading.reason}; run doctor as root`)]
  }
}

export function checkCredentials(files: readonly CredentialFile[], account: Account): readonly Check[] {
  return files.flatMap((credential) => {
    const { field, path, file, isSecret } = credential
    return whenRead(field, file, (found) => {
      if (found === undefined) return [missing(credential)]
      if (isSecret && (found.mode & 0o007) !== 0)
        return [problem(field, `${path} is a secret that everybody on this host can use`, `chmod o= ${path}`)]
      if (account.uid !== undefined && !mayRead(found, account))
        return [problem(field, `the user rampart may not read ${path}`, `chgrp rampart ${path} && chmod g+r ${path}`)]
      return [ok(field, `${path} is readable${isSecret ? ', and not by everybody' : ''}`)]
    })
  })
}

/** systemd makes these when the service starts, and takes them away again. */
const credentialsFolder = '/run/credentials/'

function missing({ field, path }: CredentialFile): Check {
  if (path.startsWith(credentialsFolder))
    return notChecked(field, `${path} is there only while rampart.service runs (LoadCredential=)`)
  return problem(field, `there is no ${path}`, 'write it, or correct the configuration')
}

/** By the permission bits of the file alone. */
function mayRead({ uid, gid, mode }: Ownership, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o400) !== 0
  if (gid === account.gid) return (mode & 0o040) !== 0
  return (mode & 0o004) !== 0
}
