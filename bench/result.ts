import type { FrameCounts } from './frame-checker.ts'
import type { MediaKind } from './marks.ts'
import type { PlayProtocol } from './playback.ts'
import type { SrtCounts } from './srt-counts.ts'
import type { Spread } from './statistics.ts'

/** What one run measured. Rates and CPU are of the window only. */
export type RunResult = {
  readonly scenario: string
  readonly protocol: PlayProtocol
  readonly server: string
  readonly windowSeconds: number
  /** Players that had their first key frame when the window closed. */
  readonly players: number
  readonly deliveredMbps: number
  readonly ingestedMbps: number
  readonly cpu: {
    /** User and system seconds of the server per delivered gigabyte (1e9 bytes); `undefined` without delivery. */
    readonly perDeliveredGb: number | undefined
    /** The same per gigabyte that was published; only with several streams. */
    readonly perIngestedGb: number | undefined
    /** Share of one core. */
    readonly cores: number
  }
  readonly memory: {
    readonly baseMb: number
    readonly endMb: number
    /** Growth from the base by the players who joined since, 1000 bytes; with several streams it would be theirs. */
    readonly perPlayerKb: number | undefined
    /** After the players have gone; churn only. */
    readonly afterMb: number | undefined
  }
  /** What the sampled players saw. */
  readonly latencyMs: Readonly<Record<MediaKind, Spread>>
  readonly frames: Readonly<Record<MediaKind, FrameCounts>>
  readonly firstKeyMs: Spread
  readonly starved: number
  /** Connections that failed or ended by themselves. */
  readonly failures: number
  readonly firstFailure: string | undefined
  /** Frames that publishers left out because the server did not read. */
  readonly skipped: number
  readonly slow: SlowResult | undefined
  /** Since the server's start; `undefined` if the scenario is without SRT. */
  readonly srt: SrtCounts | undefined
  readonly generator: GeneratorResult
}

/** The players that read at half speed. They may lose frames, but not get broken or repeated ones. */
export type SlowResult = {
  readonly mbpsEach: number
  readonly frames: Readonly<Record<MediaKind, FrameCounts>>
  readonly failures: number
}

/** How far the figures can be trusted. */
export type GeneratorResult = {
  /** Share of one core, of each load process. */
  readonly cpu: Readonly<Record<string, number>>
  /** Of each load process, milliseconds. */
  readonly loopDelayMs: Readonly<Record<string, Spread>>
  /** How late publishers sent frames. */
  readonly lateMs: Spread
  /** Share of the whole machine that neither the server nor the generator used. */
  readonly otherCpu: number
  /** Why the generator and not the server may be what was measured; empty is good. */
  readonly saturated: readonly string[]
}
