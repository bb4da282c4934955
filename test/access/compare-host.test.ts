/** The difference in access of random pairs of revisions: no flow that changes is unreported, none reported that does not change. */

import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkPair } from '../fakes/access-dispute.ts'

const test = suite('compareHost()')
const pairs = Number(process.env.RAMPART_ACCESS_PAIRS ?? '60')
const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')

for (const seed of ['fixed', freshSeed])
  test(`compareHost() reports what judge() says of packets in and at the borders of every region, ${pairs} pairs of seed ${seed}`, () => {
    const sum = { changed: 0, packets: 0 }
    for (let index = 0; index < pairs; index++) {
      const { changes, packets, dispute } = checkPair(`pair ${seed} ${index}`)
      if (dispute !== undefined) assert.unreachable(dispute)
      sum.changed += changes > 0 ? 1 : 0
      sum.packets += packets
    }
    process.stdout.write(`${pairs} pairs of seed ${seed}, ${sum.changed} with a change, ${sum.packets} packets\n`)
    assert.ok(sum.changed > pairs / 4, `only ${sum.changed} pairs differ`)
  })

test.run()
