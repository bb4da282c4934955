/** `rampart run`: the agent, in the foreground. */

import { createJournal } from '../../adapters/journal.ts'
import { findScheduleFault } from '../../adapters/schedule.ts'
import { runAgent } from '../../agent/run-agent.ts'
import { starterOf, systemLogins } from '../../agent/run-ports.ts'
import { type CommandIo, UsageError } from '../command-io.ts'
import { runtimeDir } from '../control-socket-path.ts'
import { openPolicyTarget } from '../policy-target.ts'
import { version } from '../version.ts'

/** Exit 0 on SIGTERM or SIGINT; what keeps it from starting is thrown. */
export async function runCommandLine(
  options: { readonly config?: string; readonly stateDir?: string },
  io: CommandIo,
): Promise<number> {
  const target = await openPolicyTarget(options, io.color.err)
  const { configuration, settings, stateDir } = target
  if (configuration === undefined) throw new UsageError('the agent needs a configuration: give --config')
  const scheduleFault = findScheduleFault(configuration.schedule)
  if (scheduleFault !== undefined) throw new UsageError(`schedule: ${scheduleFault}`)
  const journal = createJournal({ level: configuration.logLevel })
  const agent = {
    configuration: { ...configuration, stateDir },
    controlPorts: settings.controlPorts,
    logins: systemLogins,
    starter: starterOf(process.env),
    runtimeDir: runtimeDir(),
    version,
    journal,
  }
  await runAgent(agent, io.signal)
  return 0
}
