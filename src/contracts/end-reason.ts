/** Why somebody is ended: the stream is over, the operator says so, or the server stops. */
export type EndReason = 'ended' | 'kicked' | 'shutdown'

/** Why one reader is ended: as above, or a fault of this server keeps it from going on. */
export type ReaderEnd = EndReason | 'failed'
