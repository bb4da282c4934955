/** The schema of a free mapping from text to text, such as labels. */

import Type from 'typebox'

export const textMap = (about: { readonly title: string; readonly description: string }) =>
  Type.Unsafe<Readonly<Record<string, string>>>({ type: 'object', additionalProperties: { type: 'string' }, ...about })
