/** Zones, services and rich rules of firewalld and what becomes of them. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { importPolicy } from '../../src/pipeline.ts'

const test = suite('readFirewalld()')

const configuration = { path: 'firewalld.conf', text: 'DefaultZone=public\nIPv6_rpfilter=no\nRFC3964_IPv4=no\n' }

/** The policies as text, and the losses, of zones with the interface eth0 and whatever else is given by file name. */
function imported(zone: string, more: Readonly<Record<string, string>> = {}) {
  const files = { 'zones/public.xml': `<zone><interface name="eth0"/>${zone}</zone>`, ...more }
  const sources = [configuration, ...Object.entries(files).map(([path, text]) => ({ path, text }))]
  const result = importPolicy({ sources, type: undefined, host: 'h', facts: undefined, routes: undefined })
  if (typeof result === 'string') throw new Error(result)
  const policies = result.files.filter(({ path }) => path.startsWith('policies/')).map(({ text }) => text)
  return {
    text: policies.join('').replaceAll(/^ *#.*\n/gm, ''),
    losses: result.losses.map(({ reason }) => reason).join('\n'),
  }
}

const open = (port: number): RegExp =>
  new RegExp(`action: Allow\\n +protocol: TCP\\n +destination:\\n +ports: \\[${port}\\]`)

test('readFirewalld() takes services from files, else from those it knows, and lists the others', () => {
  const own = '<service><port protocol="tcp" port="9100"/></service>'
  const { text, losses } = imported('<service name="imaps"/><service name="mine"/><service name="strange"/>', {
    'services/mine.xml': own,
  })
  assert.match(text, /ports: \[993, 9100\]/)
  assert.match(
    losses,
    /the service strange is not known here: give its file, as \/usr\/lib\/firewalld\/services\/strange\.xml, too/,
  )
})

test('readFirewalld() limits a service to its destinations', () => {
  const { text } = imported('<service name="dhcpv6-client"/>')
  assert.match(text, /nets: \[fe80::\/64\]\n +ports: \[546\]/)
})

test('readFirewalld() asks rich rules by priority, then what denies before what allows', () => {
  const rich = (priority: number, action: string, port: number): string =>
    `<rule priority="${priority}"><port port="${port}" protocol="tcp"/><${action}/></rule>`
  const { text } = imported(
    `${rich(5, 'drop', 1005)}${rich(0, 'accept', 1001)}${rich(0, 'drop', 1000)}${rich(-5, 'accept', 995)}`,
  )
  const ports = [...text.matchAll(/ports: \[(\d+)\]/g)].map(([, port]) => port)
  assert.equal([...new Set(ports)], ['995', '1000', '1001', '1005'])
})

test('readFirewalld() lets ICMP pass but for what is blocked, and turns that round when asked to', () => {
  const blocked = imported('<icmp-block name="echo-request"/>').text
  assert.match(blocked, /action: Deny\n +protocol: ICMP\n +icmp: \{type: 8\}/)
  assert.match(blocked, /action: Allow\n +protocol: ICMP\n/)
  const inverted = imported('<icmp-block name="echo-request"/><icmp-block-inversion/>').text
  assert.match(inverted, /action: Allow\n +protocol: ICMP\n +icmp: \{type: 8\}/)
  assert.not.match(inverted, /action: Allow\n +protocol: ICMP\n +- /)
})

test('readFirewalld() knows the default zone as it is shipped', () => {
  const sources = [configuration, { path: 'zones/work.xml', text: '<zone><interface name="eth0"/></zone>' }]
  const result = importPolicy({ sources, type: undefined, host: 'h', facts: undefined, routes: undefined })
  if (typeof result === 'string') throw new Error(result)
  assert.match(result.files.map(({ text }) => text).join(''), open(22))
})

test('readFirewalld() asks a source before an interface', () => {
  const trusted = '<zone target="ACCEPT"><source address="192.0.2.7"/></zone>'
  const { text } = imported('', { 'zones/trusted.xml': trusted })
  assert.match(text, /name: h-input\n[\s\S]*?action: Allow\n +source:\n +nets: \[192\.0\.2\.7\/32\]/)
})

test('readFirewalld() lists what limits an accept, sets marks or needs a helper', () => {
  const limited = '<rule><service name="ssh"/><accept><limit value="3/m"/></accept></rule>'
  const { losses } = imported(
    `${limited}<rule><port port="1" protocol="tcp"/><mark set="1"/></rule><service name="ftp"/><source mac="02:00:00:00:00:01"/>`,
  )
  for (const loss of [/a rate limit/, /policies set no marks/, /not told to help with ftp/, /hardware addresses/])
    assert.match(losses, loss)
})

test('readFirewalld() lists direct rules, and passes by what else lies in its folder', () => {
  const { losses } = imported('', {
    'direct.xml': '<direct><rule ipv="ipv4" table="filter" chain="INPUT" priority="0">-j DROP</rule></direct>',
    'lockdown-whitelist.xml': '<whitelist><user id="0"/></whitelist>',
    'helpers/ftp.xml': '<helper module="nf_conntrack_ftp"/>',
  })
  assert.is(losses.split('\n').filter((loss) => loss.startsWith('direct: direct rules are not read')).length, 1)
  assert.not.match(losses, /whitelist|nf_conntrack/)
})

test('readFirewalld() lists zones of policies that no file fills, and targets that are none', () => {
  const policy = (zone: string): string => `<policy><ingress-zone name="${zone}"/><egress-zone name="HOST"/></policy>`
  const inner = '<zone target="ALLOW"><interface name="eth1"/></zone>'
  const { losses } = imported('', {
    'zones/inner.xml': inner,
    'policies/a.xml': policy('nowhere'),
    'policies/b.xml': policy('public'),
    'policies/c.xml': policy('inner'),
  })
  assert.match(losses, /of the zone nowhere only what its file names is meant here/)
  assert.match(losses, /of the zone public only what its file names/)
  assert.not.match(losses, /of the zone inner/)
  assert.match(losses, /the target ALLOW is none of firewalld's, and taken for a reject: default, ACCEPT, /)
})

for (const [text, why] of [
  ['<zone><interface name="eth0"/>', '<zone> is not closed'],
  ['<zone><service name=ssh/></zone>', '"<service name=ssh/></zone>" is no tag'],
  ['<zone></policy>', '</policy> closes nothing'],
  ['', 'it holds no element'],
] as const)
  test(`readFirewalld() says which file is no XML: ${why}`, () => {
    const sources = [{ path: 'zones/public.xml', text }]
    assert.is(
      importPolicy({ sources, type: 'firewalld', host: 'h', facts: undefined, routes: undefined }),
      `zones/public.xml: ${why}: give the file as firewalld reads it`,
    )
  })

test.run()
