/** The annotations that mean something to us: on a resource or a rule, all under `rampart/`. */

export const annotationPrefix = 'rampart/'

/** Who answers for a policy or rule; for people, and for the lint that misses it. */
export const ownerAnnotation = `${annotationPrefix}owner`

/** When an Allow ends, as an RFC 3339 time; on a policy or profile, all its Allow rules. */
export const expiryAnnotation = `${annotationPrefix}expires`

/** Followed by the code of a warning; the value is the reason why it is accepted. */
export const silencePrefix = `${annotationPrefix}allow.`
