/** `rampart demo`: the main job, shown in private network namespaces. */

import { runDemo } from '../../demo/story.ts'
import type { CommandIo } from '../command-io.ts'

/** Exit 0: everything behaved as told; 1: something did not, or the machine lacks what it takes. */
export async function demo(options: { readonly keep?: boolean }, io: CommandIo): Promise<number> {
  return await runDemo({ keep: options.keep === true, color: io.color.out, signal: io.signal })
}
