/** Tries whether an address answers, with real packets: a TCP connection, a UDP datagram, or a ping. */

import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { runCommand } from '../adapters/command.ts'
import type { Probe, ProbeOutcome } from './worker-protocol.ts'

export async function tryProbe(probe: Probe): Promise<ProbeOutcome> {
  if (probe.protocol === 'tcp') return tryTcp(probe)
  if (probe.protocol === 'udp') return tryUdp(probe)
  return tryPing(probe)
}

/** Open as soon as one try is. A try lasts as long as the probe says: short ones measure finely. */
export async function knock(probe: Probe, limitMs: number): Promise<ProbeOutcome> {
  const endAt = performance.now() + limitMs
  let outcome = await tryProbe(probe)
  while (outcome !== 'open' && performance.now() < endAt) outcome = await tryProbe(probe)
  return outcome
}

function tryTcp(probe: Probe): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: probe.to, port: probe.port, localAddress: probe.from })
    const settle = (outcome: ProbeOutcome) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => settle('silent'), probe.timeoutMs)
    socket.once('connect', () => settle('open'))
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'))
  })
}

function tryUdp(probe: Probe): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = createSocket(probe.from.includes(':') ? 'udp6' : 'udp4')
    let settled = false
    const settle = (outcome: ProbeOutcome) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      socket.close()
      resolve(outcome)
    }
    const timer = setTimeout(() => settle('silent'), probe.timeoutMs)
    socket.once('message', () => settle('open'))
    socket.on('error', () => settle('silent'))
    socket.bind({ address: probe.from }, () => {
      socket.send('hello', probe.port, probe.to, (error) => {
        // EPERM is how a local firewall drops what we send
        if (error) settle('silent')
      })
    })
  })
}

async function tryPing(probe: Probe): Promise<ProbeOutcome> {
  const seconds = String(probe.timeoutMs / 1000)
  const args = ['-n', '-q', '-c', '1', '-W', seconds, '-I', probe.from, probe.to]
  const result = await runCommand({ program: 'ping', args, timeoutMs: probe.timeoutMs + 2000 })
  if (result.exitCode === 0) return 'open'
  // 1 is "no answer"; everything else means that it could not even try
  return result.end === 'exited' && result.exitCode === 1 ? 'silent' : 'unknown'
}
