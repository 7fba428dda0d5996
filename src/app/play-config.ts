import { boolean } from '../config/boolean.ts'
import { byteSize } from '../config/byte-size.ts'
import { duration } from '../config/duration.ts'
import { integer } from '../config/integer.ts'
import { type Decoded, defineSection } from '../config/section.ts'

/** The `play:` section: how players are served, whatever their protocol. Defaults follow SRS where it has the setting. */
export const playConfig = defineSection('Players', {
  minLatency: boolean({
    default: false,
    description:
      'Hand every frame on at once: no merging of writes to players, nor of reads from the publisher, whatever the load',
    effect: 'now',
  }),
  gopCache: boolean({
    default: true,
    description: 'Start players at the newest key frame; without it they wait for the next one',
    effect: 'next',
  }),
  gopCacheMaxSize: byteSize({
    default: '64MiB',
    minimum: '64KiB',
    description: 'Largest group of pictures that players start with; a larger one makes them wait for the next',
    effect: 'now',
  }),
  gopCacheMaxDuration: duration({
    default: '30s',
    minimum: '100ms',
    description: 'Longest group of pictures that players start with',
    effect: 'now',
  }),
  gopCacheMaxFrames: integer({
    default: 5000,
    minimum: 0,
    description: 'Most frames, audio included, of a group of pictures that players start with; 0 for no limit',
    effect: 'now',
  }),
  maxLag: duration({
    default: '10s',
    minimum: '100ms',
    description: 'Media time that a player may fall behind before it jumps to the newest key frame',
    effect: 'now',
  }),
  maxLagSize: byteSize({
    default: '32MiB',
    minimum: '64KiB',
    description: 'Bytes that a player may fall behind before it jumps to the newest key frame',
    effect: 'now',
  }),
  mergeWindowShortest: duration({
    default: '10ms',
    description: 'Time for which frames are collected for one write on an idle machine',
    effect: 'now',
  }),
  mergeWindowLongest: duration({
    default: '350ms',
    description: 'The same under load: the latency that merging may add; equal to the shortest for a fixed window',
    effect: 'now',
  }),
  mergeWindowFrames: integer({
    default: 0,
    minimum: 0,
    description: 'Hold fewer frames than this back until the longest window is over, however short the window is now',
    effect: 'now',
  }),
  sendMinInterval: duration({
    default: '0s',
    description: 'Shortest time from one write to a player to the next; what comes meanwhile goes out together',
    effect: 'now',
  }),
  sendMinIntervalTls: duration({
    default: '25ms',
    description: 'The same for encrypted connections, where a write costs several times as much',
    effect: 'now',
  }),
  noDelay: boolean({
    default: false,
    description:
      "Switch off Nagle's algorithm (TCP_NODELAY): up to one round trip less latency for up to twice the CPU time",
    effect: 'now',
  }),
  chunkSize: integer({
    default: 60_000,
    minimum: 128,
    maximum: 65_536,
    description: 'RTMP: chunk size of what the server sends, in bytes',
    effect: 'next',
  }),
  outAckSize: byteSize({
    default: '2500000',
    description: 'RTMP: acknowledgement window announced to players; 0 announces none',
    effect: 'next',
  }),
  startAtZero: boolean({
    default: false,
    description: "RTMP: start each player's timestamps at 0 instead of the stream's time",
    effect: 'next',
  }),
  sendTimeout: duration({
    default: '90s',
    description: 'Time that a player may take nothing of what was sent to it',
    effect: 'now',
  }),
  wait: duration({
    default: '0s',
    description:
      'Time that a player may wait for a stream that nobody publishes; a player asks for its own by ?wait=10s',
    effect: 'next',
  }),
  maxWait: duration({ default: '60s', description: 'Longest ?wait= that a player may ask for', effect: 'next' }),
})

export type PlayConfig = Decoded<typeof playConfig>
