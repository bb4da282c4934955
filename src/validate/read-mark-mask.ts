/** Reads which bits of a packet's mark may be used. */

import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import { readParameter } from './read-parameter.ts'
import type { Subject } from './subject.ts'

const fewestBits = 8

/** As in Calico at least 8 bits, however few are used. */
export function readMarkMask(
  subject: Subject<FelixConfigurationDocument>,
  name: 'nftablesMarkMask' | 'iptablesMarkMask',
): number | undefined {
  const mask = readParameter(subject, name)
  if (mask === undefined || mask < 0 || mask > 0xffff_ffff) return undefined
  const bits = mask.toString(2).replaceAll('0', '').length
  if (bits >= fewestBits) return mask
  const message = `spec.${name} has ${bits} bits: at least ${fewestBits} are needed, as 0xffff0000`
  subject.report('invalid-value', { at: ['spec', name], message })
  return undefined
}
