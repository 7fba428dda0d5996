/** Why a reader is ended: the stream is over, the operator says so, or the server stops. */
export type EndReason = 'ended' | 'kicked' | 'shutdown'
