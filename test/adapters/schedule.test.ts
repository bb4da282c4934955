import { mock } from 'node:test'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/adapters/clock.ts'
import { findScheduleFault, type ScheduleOptions, splayPhaseMs, startSchedule } from '../../src/adapters/schedule.ts'

const test = suite('adapters/schedule')

const noon = Date.UTC(2030, 0, 1, 12, 0, 10)
test.before.each(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: noon }))
test.after.each(() => mock.timers.reset())

const settle = async (): Promise<void> => {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve))
}

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    mock.timers.tick(1000)
    await settle()
  }
}

function start(known: Partial<ScheduleOptions>) {
  const ticks: string[] = []
  const schedule = startSchedule({
    expression: '* * * * *',
    splayMs: 0,
    machineId: 'a',
    clock: systemClock,
    onTick: () => ticks.push(new Date().toISOString().slice(11, 19)),
    ...known,
  })
  return { schedule, ticks }
}

test('findScheduleFault() finds nothing when the ticks are far enough apart', () => {
  for (const expression of [
    '* * * * *',
    '*/5 * * * *',
    '0 3 * * 1-5',
    '0,30 * * * * *',
    '15 */5 * * * *',
    '@hourly',
    '0 0 29 2 *',
    '0,50 */5 * * * *',
  ]) {
    assert.is(findScheduleFault(expression), undefined, expression)
  }
})

test('findScheduleFault() says what is wrong when nothing can be scheduled', () => {
  for (const expression of ['', 'x', '* * * *', '61 * * * *', '@every 5m'])
    assert.match(findScheduleFault(expression) ?? '', 'is no cron expression', expression)
  assert.is(findScheduleFault('0 0 30 2 *'), '"0 0 30 2 *" never runs: a day that exists in the month')
})

test('findScheduleFault() refuses two ticks less than 30 s apart, wherever they are', () => {
  assert.is(findScheduleFault('* * * * * *'), '"* * * * * *" runs every 1 s: at least 30 s apart')
  for (const expression of ['*/29 * * * * *', '0,50 * * * * *', '0,10 0 3 * * *', '0,50 0,30-31 * * * *']) {
    assert.match(findScheduleFault(expression) ?? '', 'at least 30 s apart', expression)
  }
})

test('splayPhaseMs() is fixed for a machine and spreads many over the window', () => {
  assert.is(splayPhaseMs('a', 30_000), splayPhaseMs('a', 30_000))
  assert.is(splayPhaseMs('a', 0), 0)
  const thirds = [0, 0, 0]
  for (let machine = 0; machine < 3000; machine++) {
    const phaseMs = splayPhaseMs(`machine-${machine}`, 30_000)
    assert.ok(phaseMs >= 0 && phaseMs < 30_000)
    const third = Math.floor(phaseMs / 10_000)
    thirds[third] = (thirds[third] ?? 0) + 1
  }
  assert.ok(
    thirds.every((share) => share > 800),
    thirds.join(' '),
  )
})

test('startSchedule() ticks at each time of the expression', async () => {
  const { schedule, ticks } = start({})
  assert.is(schedule.nextRunAt().toISOString(), '2030-01-01T12:01:00.000Z')
  await pass(120)
  assert.equal(ticks, ['12:01:00', '12:02:00'])
  schedule.stop()
})

test("startSchedule() moves every tick by the machine's share of the splay and says so", async () => {
  const phaseMs = splayPhaseMs('a', 30_000)
  assert.ok(phaseMs > 1_000, 'the test needs a machine that waits')
  const { schedule, ticks } = start({ splayMs: 30_000 })
  const at = Date.UTC(2030, 0, 1, 12, 1) + phaseMs
  assert.is(schedule.nextRunAt().getTime(), at)
  await pass(50)
  assert.equal(ticks, [])
  assert.is(schedule.nextRunAt().getTime(), at)
  await pass(31)
  assert.is(ticks.length, 1)
  assert.is(schedule.nextRunAt().getTime(), at + 60_000)
  schedule.stop()
})

test('startSchedule() drops no tick when the splay is longer than the gap', async () => {
  const { schedule, ticks } = start({ splayMs: 600_000, machineId: 'b' })
  await pass(300)
  assert.ok(ticks.length >= 4, ticks.join(' '))
  schedule.stop()
})

test('stop() ends a splay that is being waited for, and nothing ticks after it', async () => {
  const { schedule, ticks } = start({ splayMs: 30_000 })
  await pass(50)
  schedule.stop()
  await pass(120)
  assert.equal(ticks, [])
})

/** The clock of the host is set by so much, after the time that passes first; the time since boot goes on as ever. */
async function startAndJump(expression: string, jumpMs: number, secondsBefore: number) {
  let setByMs = 0
  const now = (): Date => new Date(Date.now() + setByMs)
  const ticks: string[] = []
  const schedule = startSchedule({
    expression,
    splayMs: 0,
    machineId: 'a',
    clock: { ...systemClock, now },
    onTick: () => ticks.push(now().toISOString().slice(8, 19)),
  })
  await pass(secondsBefore)
  ticks.length = 0
  setByMs = jumpMs
  return { schedule, ticks }
}

const dayMs = 86_400_000
for (const [way, jumpMs, expected] of [
  ['forward', dayMs, ['02T12:02:00', '02T12:03:00', '02T12:04:00']],
  ['forward by two years', 730 * dayMs, ['01T12:02:00', '01T12:03:00', '01T12:04:00']],
  ['back', -dayMs, ['31T12:02:00', '31T12:03:00', '31T12:04:00']],
] as const) {
  test(`startSchedule() goes on with the next minute, one tick each, when the clock jumps ${way}`, async () => {
    const { schedule, ticks } = await startAndJump('* * * * *', jumpMs, 80)
    await pass(180)
    // a clock that was set back makes it look again, which takes a minute at most
    assert.equal(ticks.slice(ticks.length - 2), expected.slice(1))
    assert.ok(ticks.length <= 3, ticks.join(' '))
    schedule.stop()
  })
}

test('startSchedule() notices within a minute that a time far away has come, and ticks once for all that were left out', async () => {
  const { schedule, ticks } = await startAndJump('0 */2 * * *', 10 * dayMs, 80)
  await pass(60)
  assert.is(ticks.length, 1)
  assert.is(schedule.nextRunAt().toISOString(), '2030-01-11T14:00:00.000Z')
  await pass(600)
  assert.is(ticks.length, 1)
  schedule.stop()
})

test('startSchedule() follows a clock that is set back, instead of waiting until it has caught up', async () => {
  // set right, after it had been ahead by a day
  const { schedule, ticks } = await startAndJump('15 * * * *', -dayMs, 80)
  await pass(60)
  assert.is(schedule.nextRunAt().toISOString(), '2029-12-31T12:15:00.000Z')
  await pass(13 * 60)
  assert.equal(ticks, ['31T12:15:00'])
  schedule.stop()
})

test('startSchedule() throws when the expression was not checked', () => {
  assert.throws(() => start({ expression: '* * * * * *' }), /was not checked/)
})

test.run()
