/** felix_parameters.json: what holds where nothing is set, and what a setting comes to. */

import { printCidr } from '../../src/net/cidr.ts'
import { printProtocol } from '../../src/net/protocol.ts'
import type { Failsafe } from '../../src/policy/felix-configuration.ts'
import type { HostSettings } from '../../src/policy/host-view.ts'
import { hostSettings } from '../../src/resolve/host-settings.ts'
import { buildPolicy } from './build-policy.ts'
import { type Fact, type Resource, readFacts } from './corpus.ts'
import { compare, type Judgement, type Outcome, outOfScope } from './judgement.ts'

interface ParameterFact extends Fact {
  readonly parameter: string
  /** Of kind `parse`. */
  readonly raw?: string
  readonly value?: unknown
  readonly error?: boolean
  /** Of kind `default`, as text. */
  readonly default?: string
  /** Of kind `resource-to-parameter`. */
  readonly field?: string
  readonly text?: string
}

export function judgeParameters(): readonly Judgement[] {
  return readFacts<ParameterFact>('felix_parameters.json').map((fact) => ({ id: fact.id, outcome: judge(fact) }))
}

function judge({ kind, parameter, raw, value, error, field, text, ...fact }: ParameterFact): Outcome {
  if (kind === 'rule') return outOfScope('prose, of which only what the other facts ask can be checked')
  const known = parameters[parameter]
  if (known === undefined)
    return outOfScope(elsewhere[parameter] ?? 'a parameter that is not enforced here (behaviour.md section 8)')
  if (kind === 'default') return compare(tell(known, {}), known.normal?.(fact.default) ?? fact.default)
  if (kind === 'resource-to-parameter')
    return compare(tell(known, { [field ?? '']: value }), known.normal?.(text) ?? text)
  if (error === true) return outOfScope('the text form of the environment: a document is refused by its schema instead')
  const written = raw === '' ? {} : { [known.field]: known.write(value) }
  return compare(tell(known, written), known.tell(value))
}

function tell(parameter: Parameter, spec: Readonly<Record<string, unknown>>): string {
  const settings = settingsOf(spec)
  return typeof settings === 'string' ? settings : parameter.print(settings)
}

interface Parameter {
  /** Of the document. */
  readonly field: string
  /** The value that was read -> as a document has it. */
  readonly write: (value: unknown) => unknown
  /** The value that was read -> as text. */
  readonly tell: (value: unknown) => string
  readonly print: (settings: HostSettings) => string
  readonly normal?: (text: string | undefined) => string
}

const capital = (value: unknown): string =>
  `${String(value).charAt(0).toUpperCase()}${String(value).slice(1).toLowerCase()}`

function word(field: string, print: Parameter['print']): Parameter {
  return { field, write: capital, tell: String, print }
}

function plain(field: string, print: Parameter['print']): Parameter {
  return { field, write: (value) => value, tell: String, print }
}

interface ToldFailsafe {
  readonly protocol: string
  readonly port: number
  readonly net?: string
}

function failsafes(field: string, list: (settings: HostSettings) => readonly Failsafe[]): Parameter {
  const printed = (protocol: string, port: number, net: string | undefined) =>
    [protocol.toLowerCase(), ...(net === undefined ? [] : [net.includes(':') ? `[${net}]` : net]), port].join(':')
  return {
    field,
    write: (value) => value,
    tell: (value) => (value as readonly ToldFailsafe[]).map((one) => printed(one.protocol, one.port, one.net)).join(),
    print: (settings) =>
      list(settings)
        .map(({ protocol, port, net }) => printed(printProtocol(protocol), port, net && printCidr(net)))
        .join(),
    normal: (text) => (text === 'none' || text === undefined ? '' : text),
  }
}

const verdicts = 'what packets that policy allows do next: with nftables they meet the other tables in any case'

/** Parameters that hold here and are no part of the settings that are compared. */
const elsewhere: Readonly<Record<string, string>> = {
  InterfaceExclude: 'regular expressions of interfaces: names and prefixes here, asked in test/validate',
  NftablesFilterAllowAction: verdicts,
  IptablesFilterAllowAction: verdicts,
  NFTablesMode: 'which data plane: there is one here',
}

/** Only the lowest bit of the mask is used. */
const lowestBit = (text: unknown): string => {
  const mask = Number(text)
  return String((mask & -mask) >>> 0)
}

const parameters: Readonly<Record<string, Parameter>> = {
  InterfacePrefix: plain('interfacePrefix', ({ interfacePrefixes }) => interfacePrefixes.join()),
  DefaultEndpointToHostAction: word('defaultEndpointToHostAction', (one) => one.endpointToHostAction.toUpperCase()),
  NftablesFilterDenyAction: word('nftablesFilterDenyAction', ({ denyAction }) => denyAction.toUpperCase()),
  IptablesFilterDenyAction: word('iptablesFilterDenyAction', ({ denyAction }) => denyAction.toUpperCase()),
  ChainInsertMode: word('chainInsertMode', ({ position }) => (position === 'first' ? 'insert' : 'append')),
  LogPrefix: plain('logPrefix', ({ logPrefix }) => logPrefix),
  LogActionRateLimit: plain('logActionRateLimit', ({ logLimit }) => `${logLimit.count}/${logLimit.per}`),
  // nftables takes 5 where no burst is given
  LogActionRateLimitBurst: plain('logActionRateLimitBurst', ({ logLimit }) => String(logLimit.burst ?? 5)),
  Ipv6Support: plain('ipv6Support', ({ families }) => String(families.includes(6))),
  DisableConntrackInvalidCheck: plain('disableConntrackInvalidCheck', ({ dropsInvalid }) => String(!dropsInvalid)),
  AllowVXLANPacketsFromWorkloads: plain('allowVXLANPacketsFromWorkloads', (one) =>
    String(one.allowsVxlanFromWorkloads),
  ),
  AllowIPIPPacketsFromWorkloads: plain('allowIPIPPacketsFromWorkloads', (one) => String(one.allowsIpipFromWorkloads)),
  FailsafeInboundHostPorts: failsafes('failsafeInboundHostPorts', ({ failsafeInbound }) => failsafeInbound),
  FailsafeOutboundHostPorts: failsafes('failsafeOutboundHostPorts', ({ failsafeOutbound }) => failsafeOutbound),
  ...Object.fromEntries(
    ['Iptables', 'Nftables'].map((start): [string, Parameter] => [
      `${start}MarkMask`,
      {
        field: `${start.toLowerCase()}MarkMask`,
        write: Number,
        tell: lowestBit,
        print: ({ markBit }) => String(markBit),
        normal: lowestBit,
      },
    ]),
  ),
}

/** A refused document is told as its refusal. */
function settingsOf(spec: Readonly<Record<string, unknown>>): HostSettings | string {
  const configuration: Resource = { kind: 'FelixConfiguration', metadata: { name: 'default' }, spec }
  const { policySet, errors } = buildPolicy(Object.keys(spec).length === 0 ? [] : [configuration])
  const [fault] = errors
  if (fault !== undefined) return `${fault.code}: ${fault.message}`
  return hostSettings({ policySet, facts: { node: 'h' }, failsafes: 'calico-compat', controlPorts: [] })
}
