import type { Publisher, SrtReport, StreamDetail } from '../api/sluice-api.ts'

/** One SRT connection of a stream, whichever way its packets go. */
export type SrtLink = {
  readonly id: string
  readonly role: 'Publisher' | 'Reader'
  readonly peer: string
  readonly rttMs: number
  /** Packets that were missing at first, as a share of all. */
  readonly lostShare: number
  readonly lost: number
  readonly repeated: number
  /** Missing for good. */
  readonly dropped: number
  readonly bufferMs: number
}

/** The SRT connections of a stream, its publisher first. */
export function srtLinks({
  publisher,
  subscribers,
}: Pick<StreamDetail, 'publisher' | 'subscribers'>): readonly SrtLink[] {
  const readers = subscribers.flatMap(({ id, peer, srt }) => (srt === undefined ? [] : [sending(id, peer, srt)]))
  return [...(publisher === null ? [] : receiving(publisher)), ...readers]
}

function receiving({ id, peer, srt }: Publisher): readonly SrtLink[] {
  if (srt === undefined) return []
  const { msRTT: rttMs, msRcvBuf: bufferMs, pktRcvLoss: lost, pktRcvRetrans: repeated, pktRcvDrop: dropped } = srt
  const lostShare = share(lost, srt.pktRecvUnique + dropped)
  return [{ id, role: 'Publisher', peer, rttMs, lostShare, lost, repeated, dropped, bufferMs }]
}

function sending(id: string, peer: string, srt: SrtReport): SrtLink {
  const { msRTT: rttMs, msSndBuf: bufferMs, pktSndLoss: lost, pktRetrans: repeated, pktSndDrop: dropped } = srt
  const lostShare = share(lost, srt.pktSentUnique)
  return { id, role: 'Reader', peer, rttMs, lostShare, lost, repeated, dropped, bufferMs }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
