import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type LineLimits, type LineReading, readLine } from '../../src/adapters/line-reader.ts'

const test = suite('adapters/line-reader')

/** What readLine() gives when the other end does this. */
async function reading(act: (other: Socket) => void, limits: Partial<LineLimits> = {}): Promise<LineReading> {
  const server = createServer(act).listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  const socket = connect({
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
  })
  const result = await readLine(socket, { maxBytes: 10, limitMs: 2_000, ...limits })
  socket.destroy()
  server.close()
  return result
}

test('readLine() gives the first line when it comes whole, in parts, or with more behind it', async () => {
  assert.equal(await reading((other) => other.write('abc\n')), { type: 'line', text: 'abc' })
  assert.equal(await reading((other) => other.write('0123456789\nmore than fits')), {
    type: 'line',
    text: '0123456789',
  })
  const inParts = (other: Socket): void => {
    // The two bytes of one letter.
    other.write(Buffer.from([0xc3]))
    setTimeout(() => other.write(Buffer.from([0xa4, 0x0a])), 20)
  }
  assert.equal(await reading(inParts), { type: 'line', text: 'ä' })
})

test('readLine() says why when no line comes', async () => {
  assert.equal(await reading((other) => other.write('01234567890')), { type: 'too-long' })
  assert.equal(await reading((other) => other.end('abc')), { type: 'ended' })
  assert.equal(await reading((other) => other.write('abc'), { limitMs: 30 }), { type: 'timed-out' })
})

test.run()
