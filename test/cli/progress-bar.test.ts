import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { CommandIo } from '../../src/cli/command-io.ts'
import { createProgress } from '../../src/cli/progress-bar.ts'
import { until } from '../fakes/until.ts'

function ioFor(progress: CommandIo['progress']): { readonly io: CommandIo; readonly written: readonly string[] } {
  const written: string[] = []
  const io: CommandIo = {
    out: () => assert.unreachable('a bar is no result'),
    err: (text) => void written.push(text),
    color: { out: 'plain', err: 'plain' },
    progress,
    signal: new AbortController().signal,
  }
  return { io, written }
}

test('createProgress() draws on a terminal what is done, and takes it away again', async () => {
  const { io, written } = ioFor('bar')
  const progress = createProgress(io, 'checking hosts')
  progress.show(0, 4, 'too early to be drawn')
  assert.equal(written, [])
  await until('the bar is drawn', () => {
    progress.show(2, 4, 'web-1')
    return written.length > 0
  })
  assert.is(written[0], `\r\u001b[Kchecking hosts ${'█'.repeat(12)}${'░'.repeat(12)} 2/4 web-1`)
  progress.clear()
  progress.clear()
  assert.equal(written.slice(1), ['\r\u001b[K'])
})

test('createProgress() writes nothing elsewhere', () => {
  const { io, written } = ioFor('silent')
  const progress = createProgress(io, 'checking hosts')
  progress.show(1, 2, 'x')
  progress.clear()
  assert.equal(written, [])
})

test.run()
