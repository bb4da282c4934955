import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CommandIo, Refusal } from '../../src/cli/command-io.ts'
import { runSteps } from '../../src/cli/run-steps.ts'
import type { HostStep } from '../../src/pipeline/host-step.ts'

const test = suite('runSteps')

function* work(of: number, before: (index: number) => void): Generator<HostStep, string> {
  for (let index = 0; index < of; index++) {
    before(index)
    yield { node: `host-${index}`, index, of }
  }
  return 'done'
}

const ioWith = (signal: AbortSignal): CommandIo => ({
  out: () => assert.unreachable('work prints nothing'),
  err: () => assert.unreachable('there is no terminal'),
  color: { out: 'plain', err: 'plain' },
  progress: 'silent',
  signal,
})

test('runSteps() gives what the work gives', async () => {
  assert.is(
    await runSteps(
      work(40, () => undefined),
      'checking hosts',
      ioWith(new AbortController().signal),
    ),
    'done',
  )
})

test('runSteps() hears between two hosts that it is to stop', async () => {
  const stopping = new AbortController()
  let reached = 0
  const steps = work(1000, (index) => {
    reached = index
    // as a signal arrives: not before the work lets go of the thread
    if (index === 5) setImmediate(() => stopping.abort())
  })
  try {
    await runSteps(steps, 'checking hosts', ioWith(stopping.signal))
    assert.unreachable('it was stopped')
  } catch (error) {
    assert.equal([error instanceof Refusal, String(error)], [true, 'Refusal: checking hosts was interrupted'])
  }
  assert.ok(reached < 40, `it went on to ${reached}`)
})

test.run()
