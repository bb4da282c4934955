/** How words look on a terminal. The only file that knows the colour package. */

import picocolors from 'picocolors'

/** Each function wraps a text, or gives it back as it is. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

export type ColorMode = 'color' | 'plain'

/** Whether there is a terminal that wants colours is the caller's to know (NO_COLOR, isatty). */
export function createStyle(mode: ColorMode): Style {
  const { bold, dim, red, green, yellow, cyan } = picocolors.createColors(mode === 'color')
  return { bold, dim, red, green, yellow, cyan }
}
