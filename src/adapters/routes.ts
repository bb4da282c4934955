/**
 * Where packets to an address go, as the kernel says (ip-route(8)): all addresses are asked for in one process. Its answer is for a
 * packet without a source, and one path of several; what else is possible is taken from its tables.
 */

import type { RouteTo } from '../flow/flow.ts'
import { type Address, printAddress } from '../net/address.ts'
import type { Family } from '../net/family.ts'
import { HostError } from '../reconcile/host-error.ts'
import type { Routes } from '../reconcile/ports.ts'
import { runCommand, runOrFail } from './command.ts'
import { type InterfacesTo, readRouteTables } from './route-tables.ts'

const timeoutMs = 30_000

/** Of the network namespace of this process. 10,000 addresses take 0.2 s. */
export const systemRoutes: Routes = { find }

async function find(addresses: readonly Address[], signal: AbortSignal): Promise<RouteTo> {
  const texts = new Set(addresses.filter((address) => !isLinkLocal(address)).map(printAddress))
  if (texts.size === 0) return () => undefined
  const input = [...texts].map((text) => `route get ${text}\n`).join('')
  const args = ['-json', '-force', '-batch', '-']
  const result = await runCommand({ program: 'ip', args, input, timeoutMs, signal })
  // with -force the exit code says that some address has no route; that is an answer
  if (result.end !== 'exited')
    throw new HostError('command-failed', `ip could not find routes: ${result.stderr.trim()}`)
  const routes = readRoutes(result.stdout)
  const tables = { 4: await readTables(4, signal), 6: await readTables(6, signal) }
  return (address) => {
    const route = routes.get(printAddress(address))
    if (route === undefined || route === 'local') return route && { type: 'local' }
    return { type: 'interfaces', names: [...new Set([route.name, ...tables[address.family](address)])] }
  }
}

async function readTables(family: Family, signal: AbortSignal): Promise<InterfacesTo> {
  const args = [`-${family}`, '-json', 'route', 'show', 'table', 'all']
  return readRouteTables(await runOrFail({ program: 'ip', args, timeoutMs, signal }), family)
}

/** Every interface has a route to those. */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 6 && value >> 118n === 0x3fan
}

type Answer = 'local' | { readonly name: string }

/** Reads one JSON list a line; by the address that was asked for. Broadcast and multicast are nobody's route. */
function readRoutes(output: string): ReadonlyMap<string, Answer> {
  const routes = new Map<string, Answer>()
  for (const line of output.split('\n')) {
    if (!line.startsWith('[{')) continue
    const [answer] = JSON.parse(line) as readonly {
      readonly type?: string
      readonly dst: string
      readonly dev: string
    }[]
    if (answer?.type === 'local') routes.set(answer.dst, 'local')
    else if (answer?.type === undefined && answer?.dev !== undefined) routes.set(answer.dst, { name: answer.dev })
  }
  return routes
}
