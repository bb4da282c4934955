/** Sends an empty datagram every millisecond until it is killed. Arguments: address, port. A program, for the client's namespace. */

import { createSocket } from 'node:dgram'

const [address = '', port = ''] = process.argv.slice(2)
const socket = createSocket('udp4')
// what nobody lets in is answered by nobody, or refused, which is no reason to end
socket.on('error', () => undefined)
socket.connect(Number(port), address, () => {
  setInterval(() => socket.send(''), 1)
  console.log('sending')
})
