/** Diagnostic codes about the end of what is open. */

import { error, lines, warning } from './code-entry.ts'

const until = (annotation: string, action = 'Allow') =>
  lines(`- action: ${action}`, '  metadata:', `    annotations: {rampart/expires: "${annotation}"}`)

export const expiryCodes = {
  'expiry-syntax': error(
    'The annotation rampart/expires has no time that can be carried out. Write an RFC 3339 time with its zone: a day alone would end at another moment for everybody who reads it.',
    { wrong: until('2130-01-31'), right: until('2130-01-31T18:00:00Z') },
  ),
  'expiry-misplaced': error(
    'The annotation rampart/expires stands where nothing can expire. Only an Allow can: on a rule it ends that rule, on a policy or profile all its Allow rules. The end of a Deny or Pass could open what is closed, and should be a commit that somebody reviews.',
    { wrong: until('2130-01-31T18:00:00Z', 'Deny'), right: until('2130-01-31T18:00:00Z') },
  ),
  'expires-soon': warning(
    'An Allow ends within 14 days, as its annotation rampart/expires says. From that moment the hosts no longer enforce it, and end the connections that it let in, without a commit. Write a later time if it is needed for longer.',
  ),
  expired: warning(
    'An Allow has ended, as its annotation rampart/expires says: it is no longer enforced. Remove it, so that the policy says what holds.',
  ),
} as const
