/** The schema of AgentConfiguration, the file on the host. */

import Type, { type Static } from 'typebox'
import { apply } from './apply.ts'

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
        description: 'The most a fetch may transfer, and a file may hold; 64Mi by default.',
        examples: ['64Mi', '1Gi'],
      }),
    ),
  },
  { title: 'Repository', description: 'The git repository that the policy comes from.', additionalProperties: false },
)

const trust = Type.Object(
  {
    require: Type.Optional(
      Type.Enum(['head', 'all'], {
        title: 'Signed commits',
        enumDescriptions: [
          'The tip of the branch must be signed.',
          'Every commit since the last applied one must be signed.',
        ],
        description: 'The tip alone, or every commit since the last applied one; all by default.',
      }),
    ),
    allowedSignersFile: text('Allowed signers', 'The SSH keys that may sign, as ssh-keygen(1) describes the file.'),
    pgpKeysFile: text('OpenPGP keys', 'The public OpenPGP keys that may sign, armored or not.'),
    allowRewind: Type.Optional(
      Type.Boolean({
        title: 'Allow rewinds',
        description: 'Whether a tip that does not descend from the last applied commit is enforced; false by default.',
      }),
    ),
  },
  {
    title: 'Trust',
    description: 'Whose commits count; without it every commit on the branch does.',
    additionalProperties: false,
  },
)

const webhook = Type.Object(
  {
    listen: Type.String({ title: 'Listen on', description: 'Address and port, as 127.0.0.1:9477.' }),
    provider: Type.Optional(
      Type.Enum(['github', 'gitlab', 'gitea', 'bitbucket', 'generic'], {
        title: 'Provider',
        enumDescriptions: [
          'GitHub: X-Hub-Signature-256.',
          'GitLab: X-Gitlab-Token, or a signing token.',
          'Gitea and Forgejo: X-Gitea-Signature, X-Forgejo-Signature.',
          'Bitbucket Cloud and Data Center: X-Hub-Signature with SHA-256.',
          'Anybody: X-Signature-256 and X-Delivery.',
        ],
        description: 'Whose requests they are: gitea is Forgejo as well; generic is described in the README.',
      }),
    ),
    secretFile: Type.String({ title: 'Secret file', description: 'The shared secret; several lines while rotating.' }),
  },
  {
    title: 'Webhook',
    description: 'Calls of a git server after a push, which make the agent look at once.',
    additionalProperties: false,
  },
)

export const agentConfiguration = Type.Object(
  {
    apiVersion: Type.Literal('rampart/v1', { title: 'Version', description: 'Always rampart/v1.' }),
    kind: Type.Literal('AgentConfiguration', { title: 'Kind', description: 'The configuration of one agent.' }),
    node: text('Host', "This host's name in the policies; its lower-cased host name by default."),
    repository,
    trust: Type.Optional(trust),
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
        enumDescriptions: [
          'ssh, DHCP and DNS, and the way to the git server.',
          "Calico's list, with the ports of etcd, Typha and the API server.",
        ],
        description: 'The ports that stay open unless a FelixConfiguration names others; minimal by default.',
      }),
    ),
    driftInterval: duration('Drift interval', 'Between two full comparisons with the kernel; 180s by default.'),
    observe: Type.Optional(
      Type.Object(
        { listen: Type.String({ title: 'Listen on', description: 'Address and port, as 127.0.0.1:9478.' }) },
        {
          title: 'Metrics and status',
          description: 'Read-only: /metrics, /healthz, /readyz, /status.',
          additionalProperties: false,
        },
      ),
    ),
    logLevel: Type.Optional(
      Type.Enum(['debug', 'info', 'warn', 'error'], {
        title: 'Log level',
        description: 'From which level on the journal is written; info by default.',
        enumDescriptions: [
          'Everything, for looking into a fault.',
          'What happens.',
          'What should not happen.',
          'What failed.',
        ],
      }),
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
