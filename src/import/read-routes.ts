/** The routes of a facts file; its interfaces are read where every command reads them. */

import type { Source } from '../diagnostic/source.ts'
import { readYaml } from '../document/read-yaml.ts'
import { readCidr } from '../net/cidr.ts'
import type { HostFactsDocument } from '../schema/host-facts.ts'
import type { Route } from './behind.ts'

/** Undefined when it names none; a text says what is wrong. @param source a facts file that is otherwise valid */
export function readRoutes(source: Source): readonly Route[] | string | undefined {
  const [document] = readYaml(source).value
  const routes = (document?.value as HostFactsDocument | undefined)?.routes
  if (routes === undefined) return undefined
  const found: Route[] = []
  for (const { to, interface: via } of routes) {
    const reading = readCidr(to)
    if (reading.type !== 'cidr') return `${source.path}: "${to}" is not a network: a default route is 0.0.0.0/0 or ::/0`
    found.push({ to: reading.cidr, interface: via })
  }
  return found
}
