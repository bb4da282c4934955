import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printDeletions } from '../../src/flow/deletions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { addressBits, readAnyAddress } from '../../src/net/address.ts'
import { diceOf } from '../fakes/dice.ts'
import { flowOf } from './some-flow.ts'

const many = (count: number, flow: (at: number) => Flow): readonly Flow[] =>
  Array.from({ length: count }, (_, at) => flow(at))
const web = many(50, (at) => flowOf(`tcp 198.51.${at}.7:${4000 + at} 192.0.2.10:443`))

test('printDeletions() deletes a few one by one, by everything that is known of them', () => {
  const ending = [
    flowOf('tcp 10.0.0.5:5555 10.0.0.1:80'),
    flowOf('udp [fd00::5]:5555 [fd00::1]:53'),
    flowOf('icmp 10.0.0.5 10.0.0.1'),
    flowOf('50 10.0.0.5 10.0.0.1'),
  ]
  assert.equal(printDeletions(ending, [...ending, ...web]), [
    '-D -s 10.0.0.5 -d 10.0.0.1 -p tcp --dport 80 --sport 5555',
    '-D -s fd00::5 -d fd00::1 -p udp --dport 53 --sport 5555',
    '-D -s 10.0.0.5 -d 10.0.0.1 -p icmp --icmp-type 8 ',
    '-D -s 10.0.0.5 -d 10.0.0.1 -p 50 ',
  ])
})

test('printDeletions() deletes many by the port that only they go to', () => {
  const ending = many(100, (at) => flowOf(`tcp 10.${at}.0.5:${5000 + at} 192.0.2.10:5432`))
  assert.equal(printDeletions(ending, [...ending, ...web]), ['-D -f ipv4 -p tcp --dport 5432'])
})

test('printDeletions() deletes many by the network that only they come from, and the rest one by one', () => {
  const ending = [
    ...many(100, (at) => flowOf(`tcp 10.9.${at}.5:${5000 + at} 192.0.2.10:443`)),
    flowOf('tcp 198.51.3.8:1 192.0.2.10:443'),
  ]
  assert.equal(printDeletions(ending, [...web, ...ending]), [
    '-D -s 10.0.0.0/8',
    '-D -s 198.51.3.8 -d 192.0.2.10 -p tcp --dport 443 --sport 1',
  ])
})

test('printDeletions() matches every connection to end and none that goes on, whatever they have in common', () => {
  const { pick, below, chance } = diceOf('deletions')
  const flow = (): Flow => {
    const host = below(30)
    const [source, target] = pick([
      [`10.${host % 3}.${host % 5}.${host}`, `192.0.2.${host % 2}`],
      [`[2001:db8:${host % 3}::${host}]`, `[fd00::${host % 2}]`],
    ] as const)
    const ports = { from: 1 + below(60_000), to: pick([53, 80, 443]) }
    return flowOf(`${pick(['tcp', 'udp'])} ${source}:${ports.from} ${target}:${ports.to}`)
  }
  for (let round = 0; round < 50; round++) {
    const all = many(200, flow)
    const sample = all[round] as Flow
    const banned = pick<(flow: Flow) => boolean>([
      ({ destinationPort, protocol }) => destinationPort === 80 && protocol === 6,
      ({ source }) => source.value === sample.source.value,
      ({ source }) => source.value >> 16n === sample.source.value >> 16n,
      () => chance(0.2),
    ])
    const ending = all.filter(banned)
    const lines = printDeletions(ending, all)
    const hit = all.filter((one) => lines.some((line) => matches(line, one)))
    assert.equal(hit, ending)
    assert.ok(lines.length <= ending.length)
  }
})

/** As conntrack(8) reads the line. */
function matches(line: string, flow: Flow): boolean {
  const words = new Map(
    [...line.matchAll(/(--?[\w-]+) (?=([^-\s]\S*))/g)].map(([, option = '', value = '']) => [option, value]),
  )
  words.delete('-D')
  return [...words].every(([option, value]) => {
    if (option === '-f') return `ipv${flow.source.family}` === value
    if (option === '-p') return value === { 6: 'tcp', 17: 'udp' }[flow.protocol]
    if (option === '--dport') return flow.destinationPort === Number(value)
    if (option === '--sport') return flow.sourcePort === Number(value)
    const address = option === '-s' ? flow.source : flow.destination
    const [base = '', prefix] = value.split('/')
    const network = readAnyAddress(base)
    const bits = BigInt(addressBits(address.family) - Number(prefix ?? addressBits(address.family)))
    return network?.family === address.family && network.value >> bits === address.value >> bits
  })
}

test.run()
