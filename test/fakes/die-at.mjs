/**
 * Loaded before a program (`node --import`): notes what it does to the world and ends it with SIGKILL at one point of that.
 * RAMPART_DIE_LOG: a file that gets a line for each point as it is reached, so that the last line says where it died.
 * RAMPART_DIE_PLAN: a file, `NUMBER NAME`: it dies at the line of that number, from 1, or never at 0; points before the first that
 * begins with the name do not count. Nothing is noted while there is no such file.
 */

import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { basename } from 'node:path'

const { RAMPART_DIE_LOG: log = '', RAMPART_DIE_PLAN: plan = '' } = process.env
const { appendFileSync, existsSync, readFileSync } = fs

function point(name) {
  if (!existsSync(plan)) return
  const [, at, from] = /^(\d+) (.*)$/.exec(readFileSync(plan, 'utf8'))
  const reached = existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0
  if (reached === 0 && !name.startsWith(from)) return
  appendFileSync(log, `${name}\n`)
  if (reached + 1 === Number(at)) process.kill(process.pid, 'SIGKILL')
}

/** Temporary names are random; the process ids and sizes in a path would make two runs incomparable. */
const shown = (word) => (/ /.test(word) ? word : basename(String(word))).replace(/\.[0-9a-f-]{36}$|[0-9a-f]{38,}/, '')
const isForeign = (path) => /^\/(proc|sys|etc|usr|run)\/|\/(dist|node_modules)\//.test(String(path))

for (const name of ['open', 'writeFile', 'link', 'rename', 'unlink', 'mkdir', 'rm']) {
  const real = fs.promises[name]
  fs.promises[name] = async (...args) => {
    if (isForeign(args[0])) return await real(...args)
    const what = `${name} ${shown(args[name === 'rename' ? 1 : 0])}`
    point(`${what} begins`)
    const result = await real(...args)
    point(`${what} is done`)
    return result
  }
}

const { spawn } = childProcess
childProcess.spawn = (program, args, ...rest) => {
  const what = [program, ...args].map((word) => shown(word)).join(' ')
  point(`${what} begins`)
  const child = spawn(program, args, ...rest)
  setImmediate(() => point(`${what} runs`))
  const end = child.stdin?.end
  if (end !== undefined) {
    child.stdin.end = (...input) => {
      setImmediate(() => point(`${what} has its input`))
      return end.apply(child.stdin, input)
    }
  }
  child.once('exit', () => point(`${what} is done`))
  return child
}

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function connectOrDie(...args) {
  point('connect begins')
  this.once('connect', () => point('connect is done'))
  return connect.apply(this, args)
}

syncBuiltinESMExports()
