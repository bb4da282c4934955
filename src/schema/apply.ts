/** The schema of AgentConfiguration's `apply`: how careful a change of policy is. */

import Type from 'typebox'

const duration = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description, pattern: '^[0-9]+(ms|s|m|h)$', examples: ['10s', '60s', '5m'] }))
const flag = (title: string, description: string) => Type.Optional(Type.Boolean({ title, description }))

const probe = Type.Object(
  {
    repository: flag('Repository', 'true: ask the git server for the tip of the branch.'),
    gateway: flag('Gateway', 'true: ping the gateway of every default route.'),
    tcp: Type.Optional(Type.String({ title: 'TCP', description: 'A host and port that must take a connection.' })),
    dns: Type.Optional(Type.String({ title: 'DNS', description: 'A name that must resolve.' })),
    http: Type.Optional(Type.String({ title: 'HTTP', description: 'A URL that must answer with a status below 500.' })),
    ping: Type.Optional(Type.String({ title: 'Ping', description: 'An address that must answer an echo request.' })),
    command: Type.Optional(
      Type.Array(Type.String(), {
        title: 'Command',
        description: 'A program and its arguments; exit code 0 means yes.',
      }),
    ),
  },
  {
    title: 'Probe',
    description: 'Exactly one of these.',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  },
)

export const apply = Type.Object(
  {
    confirmTimeout: duration(
      'Confirm timeout',
      'A change that is not confirmed within this time after it was applied is taken back; 60s by default.',
    ),
    confirmAfter: duration(
      'Confirm after',
      'Probes must hold this long, then a change confirms itself; 10s by default.',
    ),
    requireConfirm: flag('Require confirmation', 'true: a person must say `rampart confirm`; false by default.'),
    probes: Type.Optional(
      Type.Array(probe, {
        title: 'Probes',
        description: 'What worked before a change must work after it; the repository by default.',
      }),
    ),
    maxRemoved: Type.Optional(
      Type.String({
        title: 'Most that may go',
        description: 'The share of endpoints, rules or set members that a commit may remove; 50% by default.',
        pattern: '^[0-9]{1,3}%$',
        examples: ['50%', '100%'],
      }),
    ),
    protectLiveSessions: flag(
      'Protect sessions',
      'Refuse a commit after which no login that came over the network could come again; true by default.',
    ),
    firstActivationDelay: duration(
      'First activation delay',
      'How long connections are only tracked before the first ruleset is enforced; 5s by default, 0s enforces at once.',
    ),
    endDeniedConnections: flag(
      'End denied connections',
      'Whether live connections end that a new policy denies; true by default.',
    ),
    allowTrailers: flag(
      'Allow trailers',
      'Accept Rampart-Allow: in the message of a commit whose signature was not checked; false by default.',
    ),
  },
  {
    title: 'Applying a change',
    description: 'How a change is guarded, tried and confirmed.',
    additionalProperties: false,
  },
)
