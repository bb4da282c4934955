/** The schema of AgentConfiguration, the file on the host. */

import Type, { type Static } from 'typebox'

const text = (title: string, description: string) => Type.Optional(Type.String({ title, description }))
const duration = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description, pattern: '^[0-9]+(ms|s|m|h)$', examples: ['30s', '5m', '2h'] }))

const repository = Type.Object(
  {
    url: Type.String({
      title: 'URL',
      description: 'Where the policy repository is: https://, ssh:// or git@host:path.',
    }),
    branch: text('Branch', 'The branch whose tip is enforced; main by default.'),
    path: text('Path', 'The folder of the policies inside the repository; its root by default.'),
    username: text('User name', 'Sent together with the token; rampart by default.'),
    tokenFile: text('Token file', 'A file that holds the access token.'),
    caFile: text('CA file', 'Certificates (PEM) that are trusted besides the system ones.'),
    clientCertFile: text('Client certificate', 'A PEM file; needs clientKeyFile.'),
    clientKeyFile: text('Client key', 'A PEM file; needs clientCertFile.'),
    sshKeyFile: text('SSH key', 'For ssh:// and git@host: remotes.'),
    knownHostsFile: text('Known hosts', 'The host keys that are trusted, for ssh:// and git@host: remotes.'),
    timeout: duration('Timeout', 'Of one exchange with the server; 30s by default.'),
    maxBytes: Type.Optional(
      Type.Unsafe<string | number>({
        type: ['string', 'integer'],
        title: 'Size limit',
        description: 'The most a fetch may transfer; 64Mi by default.',
        examples: ['64Mi', '1Gi'],
      }),
    ),
  },
  { title: 'Repository', additionalProperties: false },
)

const webhook = Type.Object(
  {
    listen: Type.String({ title: 'Listen on', description: 'Address and port, as 127.0.0.1:9477.' }),
    provider: Type.Optional(
      Type.Enum(['github'], { title: 'Provider', description: 'Whose signature the requests carry.' }),
    ),
    secretFile: Type.String({ title: 'Secret file', description: 'The shared secret; several lines while rotating.' }),
  },
  { title: 'Webhook', additionalProperties: false },
)

const apply = Type.Object(
  {
    firstActivationDelay: duration(
      'First activation delay',
      'How long connections are only tracked before the first ruleset is enforced; 5s by default, 0s enforces at once.',
    ),
    endDeniedConnections: Type.Optional(
      Type.Boolean({
        title: 'End denied connections',
        description: 'Whether live connections end that a new policy denies; true by default.',
      }),
    ),
  },
  {
    title: 'Apply',
    description: 'How a new ruleset takes the place of the one before it.',
    additionalProperties: false,
  },
)

export const agentConfiguration = Type.Object(
  {
    apiVersion: Type.Literal('rampart/v1', { title: 'Version', description: 'Always rampart/v1.' }),
    kind: Type.Literal('AgentConfiguration', { title: 'Kind' }),
    node: text('Host', "This host's name in the policies; its lower-cased host name by default."),
    repository,
    schedule: text(
      'Schedule',
      'When to look for a new commit, as a cron expression of five fields; every minute by default.',
    ),
    splay: duration('Splay', 'The window over which hosts spread their runs; 30s by default.'),
    webhook: Type.Optional(webhook),
    apply: Type.Optional(apply),
    failsafes: Type.Optional(
      Type.Enum(['minimal', 'calico-compat'], {
        title: 'Failsafe ports',
        description: 'The ports that stay open unless a FelixConfiguration names others; minimal by default.',
      }),
    ),
    driftInterval: duration('Drift interval', 'Between two full comparisons with the kernel; 180s by default.'),
    observe: Type.Optional(
      Type.Object(
        { listen: Type.String({ title: 'Listen on', description: 'Address and port, as 127.0.0.1:9478.' }) },
        { title: 'Metrics and status', additionalProperties: false },
      ),
    ),
    logLevel: Type.Optional(
      Type.Enum(['debug', 'info', 'warn', 'error'], { title: 'Log level', description: 'info by default.' }),
    ),
    stateDir: text('State folder', '/var/lib/rampart by default.'),
  },
  {
    title: 'AgentConfiguration',
    description: 'How the agent of one host works and where its policy comes from.',
    additionalProperties: false,
  },
)

export type AgentConfigurationDocument = Static<typeof agentConfiguration>
