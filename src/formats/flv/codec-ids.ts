/** CodecID of video tags that we take apart. 12 is what encoders used for H.265 before Enhanced RTMP; FLV 10.1 lacks it. */
export const videoCodecIds = { h264: 7, h265: 12 } as const

/** SoundFormat of audio tags that we take apart. Source: FLV 10.1 §E.4.2.1. */
export const soundFormats = { mp3: 2, exHeader: 9, aac: 10, mp3At8kHz: 14 } as const

const videoLabels: Readonly<Record<number, string>> = {
  2: 'Sorenson H.263',
  3: 'Screen Video',
  4: 'VP6',
  5: 'VP6 with alpha',
  6: 'Screen Video 2',
}

const audioLabels: Readonly<Record<number, string>> = {
  0: 'PCM',
  1: 'ADPCM',
  3: 'PCM',
  4: 'Nellymoser',
  5: 'Nellymoser',
  6: 'Nellymoser',
  7: 'G.711 A-law',
  8: 'G.711 mu-law',
  11: 'Speex',
}

/** Name for people of a video CodecID that passes through untouched. Source: FLV 10.1 §E.4.3.1. */
export function videoCodecLabel(codecId: number): string {
  return videoLabels[codecId] ?? `codec ${codecId}`
}

/** Name for people of a SoundFormat that passes through untouched. Source: FLV 10.1 §E.4.2.1. */
export function soundFormatLabel(soundFormat: number): string {
  return audioLabels[soundFormat] ?? `codec ${soundFormat}`
}
