import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readAccount, readPrograms } from '../../src/adapters/examine-programs.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'

const test = suite('adapters/examine-programs')
const soon = (): AbortSignal => AbortSignal.timeout(10_000)

/** Programs that print this stand before the machine's own. */
async function withPrograms<T>(output: Readonly<Record<string, string>>, use: () => Promise<T>): Promise<T> {
  const folder = temporaryFolder()
  for (const [name, line] of Object.entries(output)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const path = process.env.PATH
  process.env.PATH = `${folder}:${path}`
  try {
    return await use()
  } finally {
    process.env.PATH = path
  }
}

test('readPrograms() finds versions wherever programs print them', async () => {
  const found = await withPrograms(
    {
      nft: 'echo "nftables v1.0.6 (Lester Gooch #5)"',
      ip: 'echo "ip utility, iproute2-6.1.0, libbpf 1.1.2"',
      ssh: 'echo "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17" >&2; exit 255',
      git: 'echo "git version 2.39.5"',
      flock: 'echo nonsense',
    },
    () => readPrograms(soon()),
  )
  const versions = new Map(found.map(({ program, version }) => [program, version]))
  assert.is(versions.get('nft'), '1.0.6')
  assert.is(versions.get('ip'), '6.1.0')
  assert.is(versions.get('ssh'), '9.2p1')
  assert.is(versions.get('git'), '2.39.5')
  assert.is(versions.get('flock'), 'unknown version')
})

test('readAccount() asks for user and group', async () => {
  const account = await withPrograms(
    { getent: 'case "$1 $2" in "passwd rampart") echo rampart:x:990:980:agent:/:/bin/false;; *) exit 2;; esac' },
    () => readAccount('rampart', soon()),
  )
  assert.equal(account, { uid: 990, gid: undefined })
})

test.run()
