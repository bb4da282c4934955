/** The programs of the system that rampart calls. */

import type { ConfigurationReading, ProgramName, ProgramReading } from '../host/host-readings.ts'
import { type Check, ok, problem, warning } from './check.ts'

/** Older ones were never tried: what they list back may differ from what was loaded. */
const oldestNft = [1, 0, 6] as const

const packages: Readonly<Record<ProgramName, string>> = {
  nft: 'nftables',
  ip: 'iproute2',
  flock: 'util-linux',
  conntrack: 'conntrack',
  git: 'git',
  ssh: 'openssh-client',
}

export function checkPrograms(
  programs: readonly ProgramReading[],
  configuration: ConfigurationReading,
): readonly Check[] {
  return programs.map(({ program, version }) => {
    if (version === undefined) return missing(program, configuration)
    if (program === 'nft' && isOlder(version))
      return warning(
        program,
        `version ${version} was never tried`,
        `upgrade nftables to ${oldestNft.join('.')} or newer`,
      )
    return ok(program, version)
  })
}

function missing(program: ProgramName, configuration: ConfigurationReading): Check {
  const install = `install the package ${packages[program]}`
  switch (program) {
    case 'nft':
    case 'ip':
    case 'flock':
      return problem(program, 'the program is missing, and nothing works without it', install)
    case 'conntrack':
      return warning(program, 'the program is missing: connections cannot be listed or ended', install)
    case 'git':
    case 'ssh':
      return isNeeded(program, configuration)
        ? problem(program, 'the program is missing, and the policy cannot be fetched without it', install)
        : ok(program, 'missing, and not needed for this repository')
  }
}

/** What is fetched over http needs no program. */
function isNeeded(program: 'git' | 'ssh', reading: ConfigurationReading): boolean {
  if (reading.type !== 'valid') return false
  const { url } = reading.configuration.repository
  if (/^https?:/.test(url)) return false
  return program === 'git' || !(url.startsWith('/') || url.startsWith('file:'))
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [at, oldest] of oldestNft.entries()) {
    const part = parts[at] ?? 0
    if (part !== oldest) return part < oldest
  }
  return false
}
