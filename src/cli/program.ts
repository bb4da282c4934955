/** The command line: every command with its options. A command's code is loaded when it is called. */

import { Command, Option } from 'commander'
import { guardNames } from '../guard/objection.ts'
import { fileTypes } from '../import/detect.ts'
import type { CommandIo } from './command-io.ts'
import { version } from './version.ts'

/** @param setExit takes the exit code of the command that ran */
export function createProgram(io: CommandIo, setExit: (code: number) => void): Command {
  const program = new Command('rampart')
    .description('Host firewalls kept in git: Calico-style policy, compiled to nftables, converged on every commit')
    .version(version)
    .helpCommand(false)
    .showHelpAfterError('(rampart --help lists the commands)')
  const to = new CommandAdder(program, io, setExit)
  addRepositoryCommands(to)
  addPolicyCommands(to)
  addImportCommand(to)
  addAgentCommands(to)
  addStateCommands(to)
  addDemoWorker(program, setExit)
  return program
}

/** About a whole repository. */
function addRepositoryCommands(to: CommandAdder): void {
  to.add('validate [folder]', 'check a policy repository and compile every host in it')
    .addOption(formatOption('text', 'json', 'github', 'sarif'))
    .option('--strict', 'warnings fail, too')
    .option('--explain [code]', 'say what a diagnostic code means; without one, list all')
    .addOption(atOption())
    .action(
      to.runs(async (folder = '.', options) =>
        (await import('./commands/validate.ts')).validate(folder, options, to.io),
      ),
    )
  to.add('test [folder]', 'run the policy tests of a repository, for all packets that they describe')
    .option('--host <name>', 'only those about this host')
    .option('--facts <file>', "the host's interfaces and addresses as JSON (default: what its endpoints say)")
    .addOption(atOption())
    .addOption(formatOption('text', 'json'))
    .action(to.runs(async (folder = '.', options) => (await import('./commands/test.ts')).test(folder, options, to.io)))
  to.add('diff <base> [head]', 'show who gains and who loses access between two revisions (head: the working tree)')
    .option('--repo <repository>', 'a folder in a git repository, or the URL of one (default: the current folder)')
    .option('--host <name>', 'one host (default: all)')
    .addOption(atOption())
    .addOption(formatOption('text', 'json', 'markdown'))
    .action(
      to.runs(async (base, head, options) =>
        (await import('./commands/diff.ts')).diffCommand({ base, head }, options, to.io),
      ),
    )
}

/** About one host. */
function addPolicyCommands(to: CommandAdder): void {
  addPolicyOptions(to.add('render', 'print the whole ruleset of a host as a script for nft -f'))
    .addOption(atOption())
    .addOption(formatOption('text', 'json'))
    .action(to.runs(async (options) => (await import('./commands/render.ts')).render(options, to.io)))
  addPolicyOptions(to.add('plan', 'show what would change in the kernel, and which policy line says so'))
    .addOption(atOption())
    .addOption(formatOption('text', 'json', 'markdown'))
    .action(to.runs(async (options) => (await import('./commands/plan.ts')).plan(options, to.io)))
  addPolicyOptions(to.add('apply', 'make the kernel hold what the policy says, once'))
    .option('--allow <guards>', `override guards for this once: ${guardNames.join(', ')}`)
    .option('--retry', 'take a revision again that was reverted or set aside')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/apply.ts')).apply(options, to.io)))
  addAccessCommands(to)
}

/** Questions about who reaches whom. */
function addAccessCommands(to: CommandAdder): void {
  addPolicyOptions(
    to.add('explain <packet...>', 'walk one packet through the policy: every stage, and which line decides'),
  )
    .addOption(atOption())
    .option('--all', 'show every rule that is tried, and why it does not match')
    .option('--why-not', 'of a packet that is denied: every rule that could allow it, and what is in the way')
    .addOption(new Option('--expect <verdict>', 'exit 1 unless this is the verdict').choices(['allow', 'deny']))
    .addOption(formatOption('text', 'json'))
    .addHelpText('after', packetHelp)
    .action(to.runs(async (packet, options) => (await import('./commands/explain.ts')).explain(packet, options, to.io)))
}

const packetHelp = `
A packet is key=value words:
  iif= oif=             comes in here, goes out there; both when it is forwarded
  src= dst=             addresses, dst after DNAT
  proto=                tcp, udp, icmp, icmpv6, sctp or a number
  sport= dport=         ports
  icmp-type= icmp-code=
  state=                new, established, related, untracked, invalid
  orig-dst= orig-dport= where it was sent before DNAT
Or ask who reaches whom, end to end, on the hosts of both ends:
  from= to=             a selector, the name of an endpoint, host or network set, a network
  port= proto=          proto=tcp unless given; proto=icmp needs no port
  iif= oif=             with --host, for a host between the ends
for example: rampart explain --from . from="role == 'web'" to=db-1 port=5432
             rampart explain --from . --host web-1 iif=eth0 src=198.51.100.7 dst=203.0.113.21 proto=tcp dport=443`

function addImportCommand(to: CommandAdder): void {
  to.add('import <file...>', 'turn what another firewall exports into a first policy repository')
    .option(
      '--out <folder>',
      'write the repository and IMPORT.md there, a new folder (default: YAML on standard output)',
    )
    .option('--host <name>', 'whose firewall it was (default: the one of --facts, else this host)')
    .option(
      '--facts <file>',
      "the host's interfaces, addresses and routes as JSON: rules between two interfaces need them",
    )
    .addOption(new Option('--type <type>', 'what the files are (default: what they look like)').choices(fileTypes))
    .addOption(formatOption('text', 'json'))
    .addHelpText('after', importHelp)
    .action(
      to.runs(async (files, options) => (await import('./commands/import.ts')).importCommand(files, options, to.io)),
    )
}

const importHelp = `
A file is one of these, or - for standard input:
  iptables-save, ip6tables-save   give both, and ipset save where rules use sets
  nft -j list ruleset
  /etc/firewalld                  the folder, or XML files of zones, policies, services and ipsets, and firewalld.conf
  calicoctl get ... -o yaml

What cannot be carried over is listed, with its line and with what the policy allows or denies more without it.
A policy knows one interface of a forwarded packet. For rules that name both, say where the routes lead:
  {"node": "gw-1", "interfaces": [{"name": "eth1", "addresses": ["10.0.0.1/24"]}],
   "routes": [{"to": "0.0.0.0/0", "interface": "eth0"}]}
for example: iptables-save | rampart import - --host web-1 --out web-1-policy`

function addAgentCommands(to: CommandAdder): void {
  to.add('run', 'run the agent: converge on a schedule, on a webhook, and when something drifts')
    .option('--config <file>', 'agent configuration (default: /etc/rampart/agent.yaml)')
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/run.ts')).runCommandLine(options, to.io)))
  to.add('status', 'show what is enforced here and how the last run ended')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/status.ts')).status(options, to.io)))
  to.add('sync', 'ask the agent for a run now and wait for it')
    .option('--retry', 'take a revision again that was reverted or set aside')
    .addOption(formatOption('text', 'json'))
    .action(to.runs(async (options) => (await import('./commands/sync.ts')).sync(options, to.io)))
  to.add('confirm', 'keep a change that waits for confirmation; otherwise it is taken back at its deadline')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/confirm.ts')).confirm(options, to.io)))
  to.add('remove', 'take table inet rampart away, and nothing else')
    .option('--stop', 'stop the agent first')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/remove.ts')).remove(options, to.io)))
  to.add('doctor', 'check whether this host is fit for rampart, and who else filters its packets; changes nothing')
    .option('--config <file>', 'agent configuration (default: /etc/rampart/agent.yaml)')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/doctor.ts')).doctor(options, to.io)))
  to.add('demo', 'show the main job in private network namespaces; nothing outside is touched')
    .option('--keep', 'leave the lab up and say how to enter it')
    .action(to.runs(async (options) => (await import('./commands/demo.ts')).demo(options, to.io)))
}

/** What an agent does besides following the branch. */
function addStateCommands(to: CommandAdder): void {
  to.add('hold', 'keep what is enforced, whatever the branch says; drift is still repaired')
    .requiredOption('--reason <text>', 'why; shown in rampart status')
    .option('--until <time>', 'when it ends by itself: 2030-01-31T18:00:00Z, or how long from now, as 2h')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/hold.ts')).hold(options, to.io)))
  to.add('resume', 'end a hold: the branch is followed again')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(to.runs(async (options) => (await import('./commands/hold.ts')).resume(options, to.io)))
  to.add('rollback [revision]', 'go back to the good revision before, or to a named one, and hold it; needs no git')
    .option('--allow <guards>', `override guards for this once: ${guardNames.join(', ')}`)
    .option('--config <file>', 'agent configuration, where no agent runs (default: /etc/rampart/agent.yaml)')
    .addOption(formatOption('text', 'json'))
    .addOption(stateDirOption())
    .action(
      to.runs(async (revision, options) => (await import('./commands/rollback.ts')).rollback(revision, options, to.io)),
    )
}

/** What the demo starts inside its namespaces; not for people. */
function addDemoWorker(program: Command, setExit: (code: number) => void): void {
  program.command('demo-worker', { hidden: true }).action(async () => {
    setExit(await (await import('../demo/worker.ts')).runDemoWorker())
  })
}

class CommandAdder {
  readonly io: CommandIo
  private readonly program: Command
  private readonly setExit: (code: number) => void

  constructor(program: Command, io: CommandIo, setExit: (code: number) => void) {
    this.program = program
    this.io = io
    this.setExit = setExit
  }

  add(usage: string, description: string): Command {
    return this.program.command(usage).description(description)
  }

  /** A commander action whose result becomes the exit code. */
  runs<Words extends unknown[]>(work: (...words: Words) => Promise<number>): (...words: Words) => Promise<void> {
    return async (...words) => this.setExit(await work(...words))
  }
}

function addPolicyOptions(command: Command): Command {
  return command
    .option('--from <folder>', 'take the policy from a folder as it is')
    .option('--repo <url>', 'take the policy from a git repository')
    .option('--ref <branch>', 'branch of --repo (default: main)')
    .option('--config <file>', 'agent configuration (default without --from and --repo: /etc/rampart/agent.yaml)')
    .option('--host <name>', 'whose policy (default: this host)')
    .option('--facts <file>', "the host's interfaces and addresses as JSON (default: this machine's)")
}

function formatOption(...formats: readonly string[]): Option {
  return new Option('--format <format>', 'how to print').choices(formats).default('text')
}

function atOption(): Option {
  return new Option('--at <time>', 'the moment for what expires, as 2030-01-31T18:00:00Z (default: now)')
}

function stateDirOption(): Option {
  return new Option(
    '--state-dir <folder>',
    'state folder (default: RAMPART_STATE_DIR, the configuration, /var/lib/rampart)',
  )
}
