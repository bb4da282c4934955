/** Waits for the first datagram that gets through to a port, while somebody sends one after the other. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

export interface Flight {
  readonly address: string
  readonly port: number
  /** Name of the network namespace of the sender. */
  readonly from: string
  /** Path of the program send-datagrams. */
  readonly sender: string
}

export class FirstDatagram {
  private readonly socket: Socket
  private readonly sender: ChildProcess
  private atMs: number | undefined

  private constructor(socket: Socket, sender: ChildProcess) {
    this.socket = socket
    this.sender = sender
    socket.once('message', () => {
      this.atMs = performance.now()
    })
  }

  /** Resolves when the sender sends. @throws Error when one gets through at once: then the port was open before */
  static async awaitOn({ address, port, from, sender }: Flight): Promise<FirstDatagram> {
    const socket = createSocket('udp4')
    socket.bind(port, address)
    await once(socket, 'listening')
    const child = spawn('nsenter', [`--net=/run/netns/${from}`, process.execPath, sender, address, `${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const first = new FirstDatagram(socket, child)
    await once(child.stdout, 'data')
    await delay(50)
    if (first.atMs === undefined) return first
    first.close()
    throw new Error(`port ${port} is open before the commit`)
  }

  /** By this process's monotonic clock; ends the sending. @throws Error after ten seconds */
  async arrivedAtMs(): Promise<number> {
    try {
      for (let tries = 0; tries < 10_000 && this.atMs === undefined; tries++) await delay(1)
      if (this.atMs === undefined) throw new Error('no datagram got through')
      return this.atMs
    } finally {
      this.close()
    }
  }

  private close(): void {
    this.sender.kill('SIGKILL')
    this.socket.close()
  }
}
