/** `ipset save` -> sets of networks, by name. */

import type { Source } from '../diagnostic/source.ts'
import type { FilterSet, Loss } from './filter.ts'
import { eachLine } from './lines.ts'

/** Sets of anything but addresses are listed. */
export function readIpset(source: Source): { readonly sets: readonly FilterSet[]; readonly losses: readonly Loss[] } {
  const sets = new Map<string, { name: string; nets: string[]; span: FilterSet['span'] }>()
  const losses: Loss[] = []
  for (const { line, span } of eachLine(source)) {
    const [command, name = '', value = '', ...more] = line.trim().split(/\s+/)
    if (command === 'create' && /^hash:(ip|net)$|^bitmap:ip$/.test(value)) sets.set(name, { name, nets: [], span })
    else if (command === 'create')
      losses.push({
        effect: 'may differ',
        reason: `the set ${name} is of type ${value}: policies know sets of addresses`,
        span,
      })
    else if (command === 'add' && more.includes('nomatch'))
      losses.push({ effect: 'may differ', reason: `the exception ${value} of the set ${name} is left out`, span })
    else if (command === 'add') sets.get(name)?.nets.push(value)
  }
  return { sets: [...sets.values()], losses }
}
