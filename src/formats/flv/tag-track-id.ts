/**
 * Ids of the tracks that tags are sorted into, beside those of `tagTrackId`. Messages that we do not understand have
 * tracks of their own, of kind `data`: they are passed on beside the others, and nobody starts to play at one of them.
 */
export const tagTrackIds = { video: 0, audio: 1, data: 2, videoBeside: 3, audioBeside: 4 } as const

const firstMore = 5

/** Id of the track that Enhanced RTMP calls `trackId` of its kind. */
export function tagTrackId(kind: 'video' | 'audio', trackId: number): number {
  if (trackId === 0) return tagTrackIds[kind]
  return firstMore + 2 * (trackId - 1) + (kind === 'video' ? 0 : 1)
}
