/**
 * Why a connection is refused, as the caller is told it: the handshake type of the answer. From 2000 on the reasons are
 * the server's own; libsrt names those below 2400 itself and takes the rest from HTTP.
 *
 * @see SRT draft §4.3, table 7; libsrt docs/API/rejection-codes.md
 */
export const rejectReasons = {
  SRT_REJ_PEER: 1002,
  SRT_REJ_RESOURCE: 1003,
  SRT_REJ_ROGUE: 1004,
  SRT_REJ_BACKLOG: 1005,
  SRT_REJ_CLOSE: 1007,
  SRT_REJ_VERSION: 1008,
  SRT_REJ_BADSECRET: 1010,
  SRT_REJ_UNSECURE: 1011,
  SRT_REJ_MESSAGEAPI: 1012,
  SRT_REJ_CONGESTION: 1013,
  SRT_REJ_FILTER: 1014,
  SRT_REJ_GROUP: 1015,
  SRT_REJ_CRYPTO: 1017,
  SRT_REJX_BAD_REQUEST: 2400,
  SRT_REJX_UNAUTHORIZED: 2401,
  SRT_REJX_OVERLOAD: 2402,
  SRT_REJX_FORBIDDEN: 2403,
  SRT_REJX_NOTFOUND: 2404,
  SRT_REJX_BAD_MODE: 2405,
  SRT_REJX_CONFLICT: 2409,
  SRT_REJX_NOTSUP_MEDIA: 2415,
  SRT_REJX_DOWN: 2503,
} as const

export type RejectReason = keyof typeof rejectReasons
