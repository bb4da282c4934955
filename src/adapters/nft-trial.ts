/** What the nft of this host can do, found out by a trial that changes nothing; once for each file that the program has been. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'

const chainWithRule = 'table inet trial\nadd chain inet trial trial {\ndrop\n}\n'
const timeoutMs = 30_000

export class NftTrial {
  private known: { readonly program: string; readonly fillsChains: boolean } | undefined

  /** Of nft itself: upstream 1.0.6 is one that does not, and the one of Debian with the same number does. */
  async fillsChains(signal: AbortSignal): Promise<boolean> {
    const program = await identityOf('nft')
    if (this.known !== undefined && this.known.program === program) return this.known.fillsChains
    const fillsChains = await tryChain(signal)
    this.known = program === undefined ? undefined : { program, fillsChains }
    return fillsChains
  }
}

/** Whether the rule comes out as what would be sent to the kernel. */
async function tryChain(signal: AbortSignal): Promise<boolean> {
  const args = ['--check', '--debug=netlink', '-f', '-']
  const { exitCode, stdout } = await runCommand({ program: 'nft', args, input: chainWithRule, timeoutMs, signal })
  return exitCode === 0 && /^inet trial trial\b[^[]*\[ immediate reg 0 drop \]/m.test(stdout)
}

/** Of the file that would be run. */
async function identityOf(program: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const file = await stat(join(folder, program), { bigint: true }).catch(() => undefined)
    if (file?.isFile()) return `${folder} ${file.ino} ${file.mtimeNs} ${file.size}`
  }
  return undefined
}
