/** Interfaces that an endpoint governs by name although their traffic arrives by another (behaviour.md P33). */

import type { HostReadings } from '../host/host-readings.ts'
import { type Check, notChecked, ok, problem, whenRead } from './check.ts'

export function checkInterfaces({
  interfaces,
  lastGood,
}: Pick<HostReadings, 'interfaces' | 'lastGood'>): readonly Check[] {
  const name = 'interfaces'
  const { content } = lastGood
  if (content.type === 'unread' || content.value === undefined)
    return [notChecked(name, 'which of them endpoints govern is known when a revision was applied')]
  const { governed } = content.value
  return whenRead(name, interfaces, (links) => {
    const masters = new Map(links.map((link) => [link.name, link.master]))
    const enslaved = governed.flatMap(({ endpoint, interfaceName }) => {
      const master = masters.get(interfaceName)
      if (master === undefined) return []
      const finding = `endpoint ${endpoint} governs ${interfaceName}, a port of ${master}: it never sees a packet`
      return [problem(name, finding, `name ${master} in the endpoint`)]
    })
    if (enslaved.length > 0) return enslaved
    const list = governed.map(({ endpoint, interfaceName }) => `${interfaceName} (${endpoint})`).join(', ')
    return [ok(name, list === '' ? 'no endpoint governs one by name' : `governed: ${list}`)]
  })
}
