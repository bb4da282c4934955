/** Who is logged in, read from files as login programs, logind and the kernel write them. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLoginInspector, readSession } from '../../src/adapters/logins.ts'
import { readIncomingConnections } from '../../src/adapters/socket-table.ts'
import { readUtmp } from '../../src/adapters/utmp.ts'
import { printLogin } from '../../src/host/login.ts'
import { printAddress } from '../../src/net/address.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { utmpRecord } from '../fakes/utmp-record.ts'

const test = suite('logins')

const v6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, 100, 7]

test('readUtmp() reads logins over the network and leaves out all else', () => {
  const bytes = Buffer.concat([
    utmpRecord({ user: 'ada', line: 'pts/0', address: [192, 0, 2, 7] }),
    utmpRecord({ user: 'bob', line: 'pts/1', address: v6 }),
    utmpRecord({ user: 'eve', line: 'pts/2', address: mapped }),
    utmpRecord({ user: 'root', line: 'tty1', address: [0, 0, 0, 0] }),
    utmpRecord({ user: 'gone', line: 'pts/3', address: [192, 0, 2, 8], type: 8 }),
    Buffer.alloc(100),
  ])
  assert.equal(
    readUtmp(bytes).map(({ user, terminal, peer }) => `${user} ${terminal} ${printAddress(peer)}`),
    ['ada pts/0 192.0.2.7', 'bob pts/1 2001:db8::1', 'eve pts/2 198.51.100.7'],
  )
  assert.equal(readUtmp(Buffer.alloc(0)), [])
})

const session = 'UID=1000\nUSER=ada\nACTIVE=1\nSTATE=active\nREMOTE=1\nTTY=pts/0\nREMOTE_HOST=192.0.2.7\nSERVICE=sshd\n'

test('readSession() reads a remote session, and no local or closing one, and none of a host name', () => {
  const found = readSession(session)
  assert.equal([found?.user, found?.terminal, found && printAddress(found.peer)], ['ada', 'pts/0', '192.0.2.7'])
  assert.is(readSession(session.replace('REMOTE=1', 'REMOTE=0')), undefined)
  assert.is(readSession(session.replace('active', 'closing')), undefined)
  assert.is(readSession(session.replace('192.0.2.7', 'laptop.example.org')), undefined)
})

const tcp4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0A0200C0:0016 070200C0:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0A0200C0:0016 080200C0:C350 06 00000000:00000000 00:00000000 00000000     0        0 3 1 0 20 4 30 10 -1
   3: 0A0200C0:D431 070200C0:01BB 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0 20 4 30 10 -1
`
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue
   0: 00000000000000000000000000000000:08AE 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0
   1: 0000000000000000FFFF00000A0200C0:08AE 0000000000000000FFFF0000090200C0:C351 01 00000000:00000000 00:0
   2: B80D0120000000000000000010000000:08AE B80D0120000000000000000001000000:C352 01 00000000:00000000 00:0
`

test('readIncomingConnections() gives established connections to ports that somebody listens on', () => {
  assert.equal(
    readIncomingConnections([tcp4, tcp6]).map(
      ({ local, localPort, peer, peerPort }) =>
        `${printAddress(local)} ${localPort} <- ${printAddress(peer)} ${peerPort}`,
    ),
    [
      '192.0.2.10 22 <- 192.0.2.7 50000',
      '192.0.2.10 2222 <- 192.0.2.9 50001',
      '2001:db8::10 2222 <- 2001:db8::1 50002',
    ],
  )
})

test('openLoginInspector() joins logins and connections, each login once, and does without what is missing', async () => {
  const folder = temporaryFolder()
  const places = {
    utmp: join(folder, 'utmp'),
    sessions: join(folder, 'sessions'),
    sockets: [join(folder, 'tcp'), join(folder, 'tcp6')],
  }
  const signal = new AbortController().signal
  const read = async (): Promise<readonly string[]> =>
    (await openLoginInspector(places).read(signal)).map((login) => printLogin(login))
  assert.equal(await read(), [])
  mkdirSync(places.sessions)
  writeFileSync(join(places.sessions, '3'), session)
  writeFileSync(join(places.sessions, '3.ref'), session.replace('ada', 'nobody'))
  writeFileSync(join(places.sessions, '4'), session.replace('ada', 'bob'))
  assert.equal(await read(), ['ada on pts/0 from 192.0.2.7', 'bob on pts/0 from 192.0.2.7'])
  writeFileSync(places.utmp, utmpRecord({ user: 'ada', line: 'pts/9', address: [192, 0, 2, 7] }))
  writeFileSync(join(folder, 'tcp'), tcp4)
  assert.equal(await read(), ['ada on pts/9 from 192.0.2.7 (port 22)', 'bob on pts/0 from 192.0.2.7 (port 22)'])
})

test.run()
