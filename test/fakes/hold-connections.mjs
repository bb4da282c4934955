/**
 * Holds connections in a network namespace as lines on its standard input say, and prints what happens to them:
 *
 *   listen tcp|udp PORT        an accepted connection, or whoever sent last, is called `at PORT`
 *   connect ID tcp|udp ADDRESS PORT
 *   say ID TEXT
 *   chat ID MS                 says `tick` again and again
 */

import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

const lines = new Map()
const tell = (...words) => process.stdout.write(`${words.join(' ')}\n`)

function add(id, say) {
  lines.set(id, say)
  tell('open', id)
}

function holdTcp(id, socket) {
  socket.setEncoding('utf8').setNoDelay(true)
  socket.on('data', (text) => tell('heard', id, text))
  socket.on('error', (error) => tell('broken', id, error.code))
  socket.on('close', () => tell('closed', id))
  add(id, (text) => socket.write(text))
}

const commands = {
  listen(protocol, port) {
    if (protocol === 'tcp') {
      const server = createServer((socket) => holdTcp(`at-${port}`, socket))
      server.listen(Number(port), '::', () => tell('open', `port-${port}`))
      return
    }
    const socket = createSocket({ type: 'udp6' })
    socket.on('message', (text, from) => {
      lines.set(`at-${port}`, (answer) => socket.send(answer, from.port, from.address))
      tell('heard', `at-${port}`, text)
    })
    socket.bind(Number(port), '::', () => tell('open', `port-${port}`))
  },
  connect(id, protocol, ...to) {
    const [address, port] = to
    if (protocol === 'tcp') {
      const socket = connect(Number(port), address)
      socket.on('connect', () => holdTcp(id, socket))
      socket.on('error', (error) => tell('broken', id, error.code))
      return
    }
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4' })
    socket.on('message', (text) => tell('heard', id, text))
    socket.on('error', (error) => tell('broken', id, error.code))
    socket.connect(Number(port), address, () => add(id, (text) => socket.send(text, () => {})))
  },
  say(id, ...words) {
    lines.get(id)?.(words.join(' '))
  },
  chat(id, delayMs) {
    setInterval(() => lines.get(id)?.('tick'), Number(delayMs))
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.split(' ')
  commands[command]?.(...words)
}
process.exit(0)
