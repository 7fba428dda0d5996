/** What an HLS scenario does when nobody changes it. */
export type HlsScenario = {
  readonly summary: string
  readonly viewers: number
  readonly streams: number
  readonly kbps: number
  readonly gopSeconds: number
  /** From when everybody is there to the window. */
  readonly settleSeconds: number
  /** Length of the window. */
  readonly seconds: number
} & (
  | {
      readonly name: 'hls-2000'
      /** Viewers fetch the playlist and each segment. */
      readonly kind: 'plain'
    }
  | {
      readonly name: 'll-hls-1000'
      /** Viewers wait for the playlist with the next part. */
      readonly kind: 'waiting'
    }
  | {
      readonly name: 'hls-dvr-50'
      /** Streams are packaged and kept, and hardly watched. */
      readonly kind: 'kept'
    }
  | {
      readonly name: 'hls-latency'
      /** Players in a browser are shown a clock. */
      readonly kind: 'watched'
    }
)

export const hlsScenarios: readonly HlsScenario[] = [
  {
    name: 'hls-2000',
    kind: 'plain',
    summary: '2000 viewers of one 2 Mbit/s stream in MPEG-TS, each with the playlist and every segment',
    ...{ viewers: 2000, streams: 1, kbps: 2000, gopSeconds: 2, settleSeconds: 15, seconds: 20 },
  },
  {
    name: 'll-hls-1000',
    kind: 'waiting',
    summary: '1000 viewers who wait for the playlist with the next part of 200 ms',
    ...{ viewers: 1000, streams: 1, kbps: 2000, gopSeconds: 1, settleSeconds: 15, seconds: 20 },
  },
  {
    name: 'hls-dvr-50',
    kind: 'kept',
    summary: '50 streams of 1 Mbit/s with HLS, DASH and DVR, for 30 minutes (--secs 1800)',
    ...{ viewers: 0, streams: 50, kbps: 1000, gopSeconds: 2, settleSeconds: 120, seconds: 1800 },
  },
  {
    name: 'hls-latency',
    kind: 'watched',
    summary: 'how old pictures are that hls.js shows in Chromium, with low latency and without, for 5 minutes',
    ...{ viewers: 3, streams: 1, kbps: 300, gopSeconds: 1, settleSeconds: 15, seconds: 300 },
  },
]

/** All of a name, or whose names begin with it. */
export function findHlsScenarios(name: string): readonly HlsScenario[] {
  const exact = hlsScenarios.filter(scenario => scenario.name === name)
  return exact.length > 0 ? exact : hlsScenarios.filter(scenario => scenario.name.startsWith(`${name}-`))
}
