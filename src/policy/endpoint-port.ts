/** A named port of an endpoint: what rules mean that say a name instead of a number. */

export interface EndpointPort {
  /** At most 15 of `a-z 0-9 -`, at least one of them a letter. */
  readonly name: string
  /** IANA number of TCP, UDP or SCTP. */
  readonly protocol: number
  readonly port: number
}
