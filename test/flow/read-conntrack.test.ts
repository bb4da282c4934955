import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printFlow } from '../../src/flow/print-flow.ts'
import { readConntrackLine } from '../../src/flow/read-conntrack.ts'

/** As conntrack-tools 1.4.7 prints them. */
const listing = `ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.5 dst=10.0.0.1 sport=5555 dport=80 src=10.0.0.1 dst=10.0.0.5 sport=80 dport=5555 [ASSURED] mark=0 use=1
ipv4     2 tcp      6 99 TIME_WAIT src=10.0.0.5 dst=10.0.0.1 sport=5556 dport=80 src=10.0.0.1 dst=10.0.0.5 sport=80 dport=5556 [ASSURED] mark=0 use=1
ipv4     2 udp      17 29 src=10.0.0.5 dst=10.0.0.1 sport=53 dport=91 [UNREPLIED] src=10.0.0.1 dst=10.0.0.5 sport=91 dport=53 mark=0 zone=7 use=1
ipv6     10 icmpv6   58 29 src=fd00::1 dst=fd00::2 type=128 code=0 id=25189 src=fd00::2 dst=fd00::1 type=129 code=0 id=25189 mark=0 use=1
ipv4     2 unknown  50 29 src=10.1.1.1 dst=10.1.1.2 [UNREPLIED] src=10.1.1.2 dst=10.1.1.1 mark=0 use=1
ipv4     2 tcp      6 300 SYN_SENT src=192.0.2.1 dst=192.0.2.10 sport=40000 dport=5001 [UNREPLIED] src=10.0.0.5 dst=192.0.2.1 sport=7005 dport=40000 mark=0 use=1
ipv4     2 tcp      6 300 ESTABLISHED src=10.0.0.5 dst=198.51.100.7 sport=40001 dport=443 src=198.51.100.7 dst=192.0.2.10 sport=443 dport=62001 [ASSURED] mark=0 use=1
ipv6     10 tcp      6 300 ESTABLISHED src=fd00::5 dst=fd00::1 sport=5555 dport=22 src=fd00::1 dst=fd00::5 sport=22 dport=5555 [ASSURED] mark=0 use=1
`

test('readConntrackLine() reads who opened what to whom, before and after rewriting', () => {
  const flows = listing
    .trim()
    .split('\n')
    .flatMap((line) => readConntrackLine(line) ?? [])
  assert.equal(flows.map(printFlow), [
    'tcp 10.0.0.5:5555 -> 10.0.0.1:80',
    'tcp 10.0.0.5:5556 -> 10.0.0.1:80',
    'udp 10.0.0.5:53 -> 10.0.0.1:91',
    'icmpv6 fd00::1 -> fd00::2',
    '50 10.1.1.1 -> 10.1.1.2',
    'tcp 192.0.2.1:40000 -> 192.0.2.10:5001 (10.0.0.5:7005)',
    'tcp 10.0.0.5:40001 -> 198.51.100.7:443',
    'tcp [fd00::5]:5555 -> [fd00::1]:22',
  ])
  assert.equal(flows.map(({ isOver }) => isOver).indexOf(true), 1)
  assert.equal([flows[2]?.zone, flows[3]?.icmp], [7, { type: 128, code: 0 }])
})

test('readConntrackLine() gives nothing for a line that it cannot read', () => {
  for (const line of ['', 'what is this', 'ipv4     2 tcp      6 1 CLOSE src=1.2.3 dst='])
    assert.is(readConntrackLine(line), undefined)
})

test.run()
