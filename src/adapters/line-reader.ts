/** Reads the first line that a socket sends, within a limit of size and time. */

import type { Socket } from 'node:net'

export type LineReading =
  /** Without the line end. */
  { readonly type: 'line'; readonly text: string } | { readonly type: 'too-long' | 'timed-out' | 'ended' }

export interface LineLimits {
  readonly maxBytes: number
  readonly limitMs: number
}

/** What comes after the line is dropped. The socket stays open. */
export function readLine(socket: Socket, { maxBytes, limitMs }: LineLimits): Promise<LineReading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    const settle = (reading: LineReading): void => {
      clearTimeout(timer)
      socket.off('data', onData)
      socket.off('end', onEnd)
      socket.off('close', onEnd)
      socket.resume()
      resolve(reading)
    }
    const onEnd = (): void => settle({ type: 'ended' })
    const onData = (chunk: Buffer): void => {
      const end = chunk.indexOf('\n')
      const part = end === -1 ? chunk : chunk.subarray(0, end)
      sizeBytes += part.length
      chunks.push(part)
      if (sizeBytes > maxBytes) settle({ type: 'too-long' })
      else if (end !== -1) settle({ type: 'line', text: Buffer.concat(chunks).toString('utf8') })
    }
    const timer = setTimeout(() => settle({ type: 'timed-out' }), limitMs)
    socket.on('data', onData)
    socket.on('end', onEnd)
    socket.on('close', onEnd)
  })
}
