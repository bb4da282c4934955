import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readKernelSettings, readRights, tryKernelFeatures } from '../../src/adapters/examine-kernel.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { skipLoudly } from '../fakes/skip.ts'

const test = suite('adapters/examine-kernel')

function proc(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

test('readRights() reads the bit of CAP_NET_ADMIN', async () => {
  const status = (effective: string, bounding: string) =>
    readRights(proc({ 'self/status': `Name:\tx\nCapEff:\t${effective}\nCapBnd:\t${bounding}\n` }))
  assert.equal(await status('0000000000001000', '000001ffffffffff'), {
    type: 'read',
    value: { isEffective: true, isBounding: true },
  })
  assert.equal(await status('0000000000000000', '00000000a80425fb'), {
    type: 'read',
    value: { isEffective: false, isBounding: false },
  })
  assert.is((await readRights(proc({}))).type, 'unread')
})

test('readKernelSettings() reads what there is', async () => {
  assert.equal(
    await readKernelSettings(
      proc({ 'sys/net/netfilter/nf_conntrack_count': '7\n', 'sys/net/netfilter/nf_conntrack_max': '262144\n' }),
    ),
    { conntrackCount: 7, conntrackMax: 262_144, conntrackTcpLoose: undefined, bridgeCallsIptables: undefined },
  )
})

const kernel = kernelAvailable()

test('tryKernelFeatures() finds everything in a kernel that runs these tests', async () => {
  if (!kernel.ok) return skipLoudly(kernel.reason)
  const trials = await tryKernelFeatures(AbortSignal.timeout(60_000))
  if (trials.type === 'unread') throw new Error(trials.reason)
  assert.ok(trials.value.some(({ feature }) => feature === 'verdict maps'))
  assert.equal(
    trials.value.filter(({ failure }) => failure !== undefined),
    [],
  )
})

test.run()
