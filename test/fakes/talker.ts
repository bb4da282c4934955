/** Somebody who holds real connections, in a network namespace by name or in our own; `hold-connections.mjs` is the program. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from './until.ts'

export class Talker {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #events: string[] = []

  /** @param namespace undefined: the one that the test runs in */
  constructor(namespace?: string) {
    const program = [process.execPath, join(import.meta.dirname, 'hold-connections.mjs')]
    const [command = '', ...args] = namespace === undefined ? program : ['ip', 'netns', 'exec', namespace, ...program]
    this.#child = spawn(command, args)
    process.once('exit', () => this.#child.kill('SIGKILL'))
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#events.push(line))
  }

  async listen(protocol: 'tcp' | 'udp', port: number): Promise<void> {
    this.#send(`listen ${protocol} ${port}`)
    await until(`port ${port} is open`, () => this.#events.includes(`open port-${port}`))
  }

  async connect(id: string, to: { readonly protocol: 'tcp' | 'udp'; readonly address: string; readonly port: number }) {
    this.#send(`connect ${id} ${to.protocol} ${to.address} ${to.port}`)
    await until(`${id} connects`, () => this.#events.includes(`open ${id}`))
  }

  /** @param text without white space */
  say(id: string, text: string): void {
    this.#send(`say ${id} ${text}`)
  }

  chat(id: string, delayMs: number): void {
    this.#send(`chat ${id} ${delayMs}`)
  }

  /** All that came in on the connection so far, in one string. */
  heard(id: string): string {
    const start = `heard ${id} `
    return this.#events.flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : [])).join('')
  }

  async hears(id: string, text: string): Promise<void> {
    await until(`${id} hears ${text}`, () => this.heard(id).includes(text))
  }

  leave(): void {
    this.#child.kill('SIGKILL')
  }

  #send(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }
}
