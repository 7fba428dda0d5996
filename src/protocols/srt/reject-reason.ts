/**
 * Why a connection is refused, as the peer is told it: the handshake type of the answer. From 2000 on the reasons are
 * the application's; libsrt names those below 2400 itself and takes the rest from HTTP.
 *
 * @see SRT draft §4.3, table 7; libsrt docs/API/rejection-codes.md
 */
export const rejectReasons = {
  SRT_REJ_UNKNOWN: 1000,
  SRT_REJ_SYSTEM: 1001,
  SRT_REJ_PEER: 1002,
  SRT_REJ_RESOURCE: 1003,
  SRT_REJ_ROGUE: 1004,
  SRT_REJ_BACKLOG: 1005,
  SRT_REJ_IPE: 1006,
  SRT_REJ_CLOSE: 1007,
  SRT_REJ_VERSION: 1008,
  SRT_REJ_RDVCOOKIE: 1009,
  SRT_REJ_BADSECRET: 1010,
  SRT_REJ_UNSECURE: 1011,
  SRT_REJ_MESSAGEAPI: 1012,
  SRT_REJ_CONGESTION: 1013,
  SRT_REJ_FILTER: 1014,
  SRT_REJ_GROUP: 1015,
  SRT_REJ_TIMEOUT: 1016,
  SRT_REJ_CRYPTO: 1017,
  SRT_REJX_FALLBACK: 2000,
  SRT_REJX_KEY_NOTSUP: 2001,
  SRT_REJX_FILEPATH: 2002,
  SRT_REJX_HOSTNOTFOUND: 2003,
  SRT_REJX_BAD_REQUEST: 2400,
  SRT_REJX_UNAUTHORIZED: 2401,
  SRT_REJX_OVERLOAD: 2402,
  SRT_REJX_FORBIDDEN: 2403,
  SRT_REJX_NOTFOUND: 2404,
  SRT_REJX_BAD_MODE: 2405,
  SRT_REJX_UNACCEPTABLE: 2406,
  SRT_REJX_CONFLICT: 2409,
  SRT_REJX_NOTSUP_MEDIA: 2415,
  SRT_REJX_LOCKED: 2423,
  SRT_REJX_FAILED_DEPEND: 2424,
  SRT_REJX_ISE: 2500,
  SRT_REJX_UNIMPLEMENTED: 2501,
  SRT_REJX_GW: 2502,
  SRT_REJX_DOWN: 2503,
  SRT_REJX_VERSION: 2505,
  SRT_REJX_NOROOM: 2507,
} as const

export type RejectReason = keyof typeof rejectReasons

/** The handshake types that are reasons for a refusal; above them are those of a handshake that goes on. */
export const rejectRange = { first: 1000, last: 0x7fff_ffff } as const
