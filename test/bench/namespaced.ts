/** Command lines that run in a network namespace. */

import type { CommandLine } from './time-program.ts'

export function inside(namespace: string, [program, ...args]: CommandLine): CommandLine {
  return ['nsenter', `--net=/run/netns/${namespace}`, program, ...args]
}
