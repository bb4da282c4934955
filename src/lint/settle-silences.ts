/** Parts warnings into those that stand and those that somebody accepted in place. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Silence } from '../policy/silence.ts'

export interface SilencedWarning {
  readonly diagnostic: Diagnostic
  readonly reason: string
}

export interface Settled {
  readonly standing: readonly Diagnostic[]
  readonly silenced: readonly SilencedWarning[]
}

/** Both in the order given. A warning is silenced where it points, by the first silence of its code around that place. */
export function settleSilences(diagnostics: readonly Diagnostic[], silences: readonly Silence[]): Settled {
  const standing: Diagnostic[] = []
  const silenced: SilencedWarning[] = []
  const bySource = new Map<string, Silence[]>()
  for (const silence of silences) {
    const key = keyOf(silence.code, silence.scope.source.path)
    bySource.set(key, [...(bySource.get(key) ?? []), silence])
  }
  for (const diagnostic of diagnostics) {
    const { code, span } = diagnostic
    const near = span === undefined ? [] : (bySource.get(keyOf(code, span.source.path)) ?? [])
    const silence = near.find((candidate) => covers(candidate, diagnostic))
    if (silence === undefined) standing.push(diagnostic)
    else silenced.push({ diagnostic, reason: silence.reason })
  }
  return { standing, silenced }
}

/** One warning for each silence around no warning of its code. */
export function findUnusedSilences(
  diagnostics: readonly Diagnostic[],
  silences: readonly Silence[],
): readonly Diagnostic[] {
  return silences.flatMap((silence) => {
    if (diagnostics.some((diagnostic) => diagnostic.code === silence.code && covers(silence, diagnostic))) return []
    const message = `there is no warning "${silence.code}" here to be silenced: remove the annotation`
    return [diagnose('unused-silence', { message, span: silence.span })]
  })
}

function keyOf(code: string, path: string): string {
  return `${code} ${path}`
}

function covers({ scope }: Silence, { span }: Diagnostic): boolean {
  return (
    span !== undefined && span.source.path === scope.source.path && scope.start <= span.start && span.start < scope.end
  )
}
