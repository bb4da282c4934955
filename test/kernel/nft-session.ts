/** A list of nft scripts and listings that one shell carries out in one private network namespace: few processes, real kernel. */

import { shellInNamespace } from '../fakes/kernel.ts'

const section = '@@section@@'

/** Steps are numbered from 0; run() gives what each of them printed. */
export class NftSession {
  readonly #steps: string[] = []

  /** As one transaction; an empty script does nothing. Prints what nft complains about. */
  load(script: string): number {
    const end = 'END_OF_SCRIPT'
    return this.shell(script === '' ? ':' : `nft -f - <<'${end}'\n${script}\n${end}`)
  }

  /** `nft -s -n list table inet rampart`, the form that readTable() takes. */
  list(): number {
    return this.shell('TZ=UTC nft -s -n list table inet rampart')
  }

  shell(line: string): number {
    return this.#steps.push(line) - 1
  }

  /** Ends within the 10 s of shellInNamespace(). */
  async run(): Promise<readonly string[]> {
    const program = this.#steps.map((step) => `{ ${step}\n} 2>&1\necho '${section}'\n`).join('')
    const output = await shellInNamespace('sh -s', program)
    return output.split(`${section}\n`).slice(0, -1)
  }
}
