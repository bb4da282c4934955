import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readRetryAfter } from '../../src/adapters/git-http-answer.ts'
import { fetchFailure, fetchOnce, openGitLab, show } from '../fakes/git-lab.ts'

const test = suite('adapters/git-http-answer')

test('readRetryAfter() reads seconds and dates, an hour at most', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  assert.is(readRetryAfter('120', now), 120_000)
  assert.is(readRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000)
  assert.is(readRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 0)
  assert.is(readRetryAfter('999999999', now), 3_600_000)
  for (const nonsense of [undefined, '', 'soon', '-5', '1e99']) assert.is(readRetryAfter(nonsense, now), 0, nonsense)
})

test('a server that is busy is left alone as long as it asks for, and then asked again', async () => {
  const lab = await openGitLab()
  try {
    lab.commit({ files: { 'a.yaml': 'one' } })
    const source = lab.open()
    lab.proxy.fault = 'status-429'
    const first = await fetchFailure(source)
    assert.is(first.code, 'git-busy')
    assert.match(first.message, /: the server is busy \(429\), it is not asked again for 2 s$/)
    lab.proxy.fault = 'none'
    lab.proxy.log.length = 0
    assert.match((await fetchFailure(source)).message, /: the server was busy, it is not asked again for [12] s$/)
    assert.equal(lab.proxy.log, [])
    await delay(2_100)
    assert.equal(show(await fetchOnce(source)), ['a.yaml: one'])
  } finally {
    await lab.close()
  }
})

test.run()
