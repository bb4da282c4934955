/** The kernel's connection tracking through the conntrack program: listed as text, deleted by filters. */

import { printDeletions } from '../flow/deletions.ts'
import type { Flow } from '../flow/flow.ts'
import { readConntrackLine } from '../flow/read-conntrack.ts'
import { HostError } from '../reconcile/host-error.ts'
import { inSlices } from '../reconcile/in-slices.ts'
import type { Connections } from '../reconcile/ports.ts'
import { systemClock } from './clock.ts'
import { type CommandResult, runCommand } from './command.ts'

/** Far above what listing 100,000 entries takes, or deleting among them by a hundred filters. */
const timeoutMs = 60_000

/** In the network namespace of this process. */
export const systemConnections: Connections = { list, end }

interface Listing {
  readonly flows: readonly Flow[]
  /** Lines that are no entry as we know them. */
  readonly unreadable: number
}

async function list(signal: AbortSignal): Promise<Listing> {
  const [four, six] = [await listFamily('ipv4', signal), await listFamily('ipv6', signal)]
  return { flows: [...four.flows, ...six.flows], unreadable: four.unreadable + six.unreadable }
}

async function listFamily(family: string, signal: AbortSignal): Promise<Listing> {
  const args = ['-L', '-f', family, '-o', 'extended']
  const result = await runCommand({ program: 'conntrack', args, timeoutMs, signal })
  if (result.exitCode !== 0) throw failure(result, 'list the connections')
  const lines = result.stdout.split('\n').filter((line) => line !== '')
  const flows: Flow[] = []
  const read = (line: string): void => {
    const flow = readConntrackLine(line)
    if (flow !== undefined) flows.push(flow)
  }
  await inSlices(lines, read, { clock: systemClock, signal })
  return { flows, unreadable: lines.length - flows.length }
}

/** One process for all filters; it prints a line for each entry that it deletes, and none for one that is gone already. */
async function end(ending: readonly Flow[], all: readonly Flow[], signal: AbortSignal): Promise<number> {
  const input = `${printDeletions(ending, all).join('\n')}\n`
  // it opens /dev/stdin by name, which fails for the socket that a child of Node has there
  const args = ['-c', 'cat | conntrack -R -']
  const result = await runCommand({ program: 'sh', args, input, timeoutMs, signal })
  if (result.exitCode !== 0) throw failure(result, 'end connections')
  return result.stdout.split('\n').filter((line) => line.includes('src=')).length
}

function failure(result: CommandResult, what: string): HostError {
  if (result.end === 'missing') {
    const hint = 'there is no program conntrack; install the package conntrack'
    return new HostError('program-missing', `conntrack could not ${what}: ${hint}`)
  }
  const said = result.stderr.trim().split('\n')
  const reason = said.find((line) => /fail|error|illegal/i.test(line)) ?? said[0] ?? ''
  return new HostError('command-failed', `conntrack could not ${what}: ${reason}`)
}
