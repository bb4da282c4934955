/** Other ways to enforce a list of Allow rules on a host, each as its user would have it: who accepts established connections first, and so on. */

import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inside } from './namespaced.ts'
import { loadTable, type TestHost } from './packet-lab.ts'
import type { ExactRule } from './packet-path-policies.ts'
import { type CommandLine, timeProgram } from './time-program.ts'

export interface Rival {
  readonly name: string
  /** What it needs, as paths. */
  readonly programs: readonly string[]
  /** Leaves the rules in the kernel of that host. @param folder empty, for its files */
  load(lab: TestHost, rules: readonly ExactRule[], folder: string): Promise<void>
}

export const rivals: readonly Rival[] = [
  { name: 'nft, one rule a line', programs: [], load: loadLinear },
  { name: 'iptables-nft', programs: ['/usr/sbin/iptables-nft-restore'], load: loadIptables },
  {
    name: 'firewalld',
    programs: ['/usr/sbin/firewalld', '/usr/bin/firewall-cmd', '/usr/bin/dbus-daemon'],
    load: loadFirewalld,
  },
  { name: 'ufw', programs: ['/lib/ufw/ufw-init', '/usr/sbin/iptables'], load: loadUfw },
]

async function loadLinear({ host }: TestHost, rules: readonly ExactRule[]): Promise<void> {
  const lines = rules.map(({ source, port }) => `    ip saddr ${source} tcp dport ${port} counter accept\n`)
  await loadTable(
    host,
    `table inet linear {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    ct state invalid drop
    iifname "lo" accept
${lines.join('')}  }
}
`,
  )
}

async function loadIptables({ host }: TestHost, rules: readonly ExactRule[], folder: string): Promise<void> {
  const file = join(folder, 'iptables.rules')
  writeFileSync(
    file,
    `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -i lo -j ACCEPT
${rules.map(iptablesRule('INPUT')).join('')}COMMIT
`,
  )
  await timeProgram(inside(host, ['/usr/sbin/iptables-nft-restore', file]))
}

const iptablesRule =
  (chain: string) =>
  ({ source, port }: ExactRule): string =>
    `-A ${chain} -p tcp --dport ${port} -s ${source} -j ACCEPT\n`

/** With the files of ufw's package, but for the rules of the user, as `ufw allow from ... to any port ...` writes them. */
async function loadUfw({ host }: TestHost, rules: readonly ExactRule[], folder: string): Promise<void> {
  cpSync('/usr/share/ufw/iptables', join(folder, 'etc/ufw'), { recursive: true })
  cpSync('/lib/ufw', join(folder, 'lib/ufw'), { recursive: true })
  mkdirSync(join(folder, 'etc/default'), { recursive: true })
  writeFileSync(join(folder, 'etc/ufw/ufw.conf'), 'ENABLED=yes\nLOGLEVEL=off\n')
  writeFileSync(join(folder, 'etc/default/ufw'), ufwDefaults)
  const head = [':ufw-user-input - [0:0]', ':ufw-user-output - [0:0]', ':ufw-user-forward - [0:0]']
  writeFileSync(
    join(folder, 'etc/ufw/user.rules'),
    `*filter\n${head.join('\n')}\n${rules.map(iptablesRule('ufw-user-input')).join('')}COMMIT\n`,
  )
  await timeProgram(inside(host, [join(folder, 'lib/ufw/ufw-init'), '--rootdir', folder, '--datadir', folder, 'start']))
}

const ufwDefaults = `IPV6=yes
DEFAULT_INPUT_POLICY="DROP"
DEFAULT_OUTPUT_POLICY="ACCEPT"
DEFAULT_FORWARD_POLICY="DROP"
DEFAULT_APPLICATION_POLICY="SKIP"
MANAGE_BUILTINS=no
IPT_SYSCTL=
IPT_MODULES=""
`

/** It runs in namespaces of processes and mounts, with a message bus of its own, until the rules are in the kernel. */
async function loadFirewalld({ host }: TestHost, rules: readonly ExactRule[], folder: string): Promise<void> {
  mkdirSync(join(folder, 'zones'))
  const rich = rules.map(
    ({ source, port }) =>
      `  <rule family="ipv4"><source address="${source}"/><port port="${port}" protocol="tcp"/><accept/></rule>\n`,
  )
  writeFileSync(
    join(folder, 'zones/public.xml'),
    `<?xml version="1.0" encoding="utf-8"?>\n<zone>\n  <short>Public</short>\n${rich.join('')}</zone>\n`,
  )
  writeFileSync(
    join(folder, 'firewalld.conf'),
    'DefaultZone=public\nCleanupOnExit=no\nIPv6_rpfilter=no\nFirewallBackend=nftables\n',
  )
  const script = `set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/dbus
mount --bind "$0" /etc/firewalld
dbus-daemon --system --fork --nopidfile
firewalld --nofork --nopid > "$0/log" 2>&1 &
tries=0
until firewall-cmd --state > /dev/null 2>&1; do
  tries=$((tries + 1))
  if [ $tries -gt 100 ]; then cat "$0/log" >&2; exit 1; fi
  sleep 0.2
done
`
  const own: CommandLine = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    'sh',
    '-c',
    script,
    folder,
  ]
  await timeProgram(inside(host, own))
}
