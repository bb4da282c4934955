/** What is known of one diagnostic code. */

export interface CodeEntry {
  readonly severity: 'error' | 'warning'
  /** Sentences for people: what it means and what to do. The first one stands alone in the README's table. */
  readonly explanation: string
  readonly example: CodeExample | undefined
}

/**
 * YAML that causes the code, and how it would be right: whole documents without their apiVersion; or of a policy, what begins with
 * `spec:`; or of its ingress, what begins with `- `.
 */
export interface CodeExample {
  readonly wrong: string
  readonly right: string
}

export function error(explanation: string, example?: CodeExample): CodeEntry & { readonly severity: 'error' } {
  return { severity: 'error', explanation, example }
}

export function warning(explanation: string, example?: CodeExample): CodeEntry & { readonly severity: 'warning' } {
  return { severity: 'warning', explanation, example }
}

export function lines(...text: readonly string[]): string {
  return text.join('\n')
}
