/** Reads `apply` of the agent's configuration: timeouts, probes, and what the guards refuse. */

import type { Path } from '../document/located-document.ts'
import { type ApplyConfiguration, defaultApplyConfiguration, type Probe } from '../host/apply-configuration.ts'
import { readAddress } from '../net/address.ts'
import type { AgentConfigurationDocument } from '../schema/agent-configuration.ts'
import { type Draft, readMs, readQuantity } from './agent-draft.ts'
import { type Quantity, readListenAddress, readShare } from './read-quantity.ts'

type ProbeDocument = NonNullable<NonNullable<AgentConfigurationDocument['apply']>['probes']>[number]

/** Longer than anybody who waits at a terminal or a pipeline bears; `sync` waits that long. */
const longestConfirmMs = 3_600_000

/** A longer wait would look like a run that hangs. */
const longestActivationDelayMs = 300_000

export function readApplyConfiguration(draft: Draft): ApplyConfiguration {
  const apply = draft.isSound(['apply']) || typeof draft.value.apply === 'object' ? (draft.value.apply ?? {}) : {}
  const defaults = defaultApplyConfiguration
  const confirmTimeoutMs = readMs(draft, ['apply', 'confirmTimeout'], {
    text: apply.confirmTimeout ?? '60s',
    atLeastMs: 1000,
  })
  const confirmAfterMs = readMs(draft, ['apply', 'confirmAfter'], { text: apply.confirmAfter ?? '10s', atLeastMs: 0 })
  checkOrder(draft, { confirmTimeoutMs, confirmAfterMs })
  const share = readShare(String(apply.maxRemoved ?? '50%'))
  return {
    confirmTimeoutMs,
    confirmAfterMs,
    requireConfirm: apply.requireConfirm ?? defaults.requireConfirm,
    probes: draft.isSound(['apply', 'probes']) ? readProbes(draft, apply.probes) : [],
    maxRemoved: readQuantity(draft, ['apply', 'maxRemoved'], share) ?? defaults.maxRemoved,
    protectLiveSessions: apply.protectLiveSessions ?? defaults.protectLiveSessions,
    firstActivationDelayMs: readActivationDelay(draft, apply.firstActivationDelay ?? '5s'),
    endsDeniedConnections: apply.endDeniedConnections ?? defaults.endsDeniedConnections,
    allowTrailers: apply.allowTrailers ?? defaults.allowTrailers,
  }
}

function readActivationDelay(draft: Draft, text: string): number {
  const at = ['apply', 'firstActivationDelay']
  const delayMs = readMs(draft, at, { text, atLeastMs: 0 })
  if (delayMs > longestActivationDelayMs)
    draft.report('invalid-value', { at, message: 'apply.firstActivationDelay: at most 5m' })
  return delayMs
}

function checkOrder(
  draft: Draft,
  { confirmTimeoutMs, confirmAfterMs }: Pick<ApplyConfiguration, 'confirmTimeoutMs' | 'confirmAfterMs'>,
): void {
  if (confirmTimeoutMs > longestConfirmMs) {
    draft.report('invalid-value', { at: ['apply', 'confirmTimeout'], message: 'apply.confirmTimeout: at most 1h' })
  }
  if (confirmAfterMs < confirmTimeoutMs || confirmTimeoutMs === 0) return
  const at = draft.value.apply?.confirmAfter === undefined ? 'confirmTimeout' : 'confirmAfter'
  draft.report('invalid-value', {
    at: ['apply', at],
    message: `apply.confirmAfter must be shorter than apply.confirmTimeout, or no change could ever confirm itself: the one is ${confirmAfterMs / 1000}s, the other ${confirmTimeoutMs / 1000}s`,
  })
}

function readProbes(draft: Draft, probes: readonly ProbeDocument[] | undefined): readonly Probe[] {
  if (probes === undefined) return defaultApplyConfiguration.probes
  return probes.flatMap((probe, index) => readProbe(draft, ['apply', 'probes', index], probe) ?? [])
}

/** Undefined when it is wrong, which is then reported; the schema has seen to it that one field is there. */
function readProbe(draft: Draft, at: Path, probe: ProbeDocument): Probe | undefined {
  const [field] = Object.keys(probe)
  const read = isProbeField(field) ? readers[field](probe) : undefined
  return read === undefined ? undefined : readQuantity(draft, [...at, String(field)], read)
}

const readers: { readonly [Field in keyof ProbeDocument]-?: (probe: ProbeDocument) => Quantity<Probe> } = {
  repository: (probe) => readFlag(probe.repository, { type: 'repository' }),
  gateway: (probe) => readFlag(probe.gateway, { type: 'gateway' }),
  tcp: (probe) => readTcp(probe.tcp ?? ''),
  dns: ({ dns: name = '' }) =>
    /^[\w-]+(\.[\w-]+)*\.?$/.test(name)
      ? { type: 'value', value: { type: 'dns', name } }
      : { type: 'fault', why: 'write a host name, as git.example.org' },
  http: ({ http: url = '' }) =>
    /^https?:\/\//.test(url) && URL.canParse(url) && new URL(url).password === ''
      ? { type: 'value', value: { type: 'http', url } }
      : { type: 'fault', why: 'write an http:// or https:// URL without a password' },
  ping: ({ ping: address = '' }) =>
    readAddress(address) === undefined
      ? { type: 'fault', why: `"${address}" is not an address` }
      : { type: 'value', value: { type: 'ping', address } },
  command: ({ command: words = [] }) =>
    (words[0] ?? '') === ''
      ? { type: 'fault', why: 'name a program, as [/usr/local/bin/check, --quick]' }
      : { type: 'value', value: { type: 'command', words } },
}

/** Any other one was reported as unknown. */
function isProbeField(field: string | undefined): field is keyof ProbeDocument {
  return field !== undefined && Object.hasOwn(readers, field)
}

function readFlag(flag: boolean | undefined, probe: Probe): Quantity<Probe> {
  return flag === true
    ? { type: 'value', value: probe }
    : { type: 'fault', why: 'write true, or leave the probe out of the list' }
}

/** `192.0.2.1:443`, `[2001:db8::1]:443` or `git.example.org:443`. */
function readTcp(text: string): Quantity<Probe> {
  const name = /^([A-Za-z0-9][\w.-]*):(\d{1,5})$/.exec(text)
  const read = readListenAddress(name === null || readAddress(name[1] ?? '') ? text : `127.0.0.1:${name[2]}`)
  if (read.type === 'fault') return { type: 'fault', why: 'write a host and a port, as 192.0.2.1:443' }
  return { type: 'value', value: { type: 'tcp', host: name?.[1] ?? read.value.host, port: read.value.port } }
}
