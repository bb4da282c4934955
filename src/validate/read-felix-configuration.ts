/** Reads a FelixConfiguration. */

import type { FelixConfiguration } from '../policy/felix-configuration.ts'
import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import { readMetadata } from './check-metadata.ts'
import { readFailsafes } from './read-failsafes.ts'
import { readExcludedInterfaces, readInterfacePrefixes } from './read-felix-interfaces.ts'
import { readLogPrefix, readLogRateLimit } from './read-felix-logging.ts'
import { readMarkMask } from './read-mark-mask.ts'
import { readParameter, readWord } from './read-parameter.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported. */
export function readFelixConfiguration(subject: Subject<FelixConfigurationDocument>): FelixConfiguration {
  readMetadata(subject, 'FelixConfiguration', 'none')
  checkName(subject)
  checkDataPlane(subject)
  return {
    kind: 'FelixConfiguration',
    name: subject.value.metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    interfacePrefixes: readInterfacePrefixes(subject),
    interfaceExclude: readExcludedInterfaces(subject),
    failsafeInbound: readFailsafes(subject, 'failsafeInboundHostPorts'),
    failsafeOutbound: readFailsafes(subject, 'failsafeOutboundHostPorts'),
    defaultEndpointToHostAction: readWord(subject, 'defaultEndpointToHostAction', ['Drop', 'Accept', 'Return']),
    disableConntrackInvalidCheck: readParameter(subject, 'disableConntrackInvalidCheck'),
    ipv6Support: readParameter(subject, 'ipv6Support'),
    filterAllowAction:
      readWord(subject, 'nftablesFilterAllowAction', ['Accept', 'Return']) ??
      readWord(subject, 'iptablesFilterAllowAction', ['Accept', 'Return']),
    filterDenyAction:
      readWord(subject, 'nftablesFilterDenyAction', ['Drop', 'Reject']) ??
      readWord(subject, 'iptablesFilterDenyAction', ['Drop', 'Reject']),
    markMask: readMarkMask(subject, 'nftablesMarkMask') ?? readMarkMask(subject, 'iptablesMarkMask'),
    insertMode: readWord(subject, 'chainInsertMode', ['Insert', 'Append']),
    logPrefix: readLogPrefix(subject),
    logActionRateLimit: readLogRateLimit(subject),
    logActionRateLimitBurst: readParameter(subject, 'logActionRateLimitBurst'),
    allowVXLANPacketsFromWorkloads: readParameter(subject, 'allowVXLANPacketsFromWorkloads'),
    allowIPIPPacketsFromWorkloads: readParameter(subject, 'allowIPIPPacketsFromWorkloads'),
  }
}

function checkName(subject: Subject<FelixConfigurationDocument>): void {
  const { name } = subject.value.metadata
  if (!subject.isSound(['metadata', 'name']) || name === 'default' || name.startsWith('node.')) return
  const message = `the name "${name}" says for which hosts it is: write "default" for all, or "node.${name}" for the host ${name}`
  subject.report('invalid-name', { at: ['metadata', 'name'], message })
}

function checkDataPlane(subject: Subject<FelixConfigurationDocument>): void {
  if (subject.value.spec.nftablesMode !== 'Disabled') return
  const message = 'nftablesMode is Disabled, but there is nothing else here: write Enabled or Auto, or remove it'
  subject.report('unsupported-field', { at: ['spec', 'nftablesMode'], message })
}
