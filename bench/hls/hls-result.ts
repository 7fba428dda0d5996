import type { CrowdReport } from './crowd.ts'
import type { Trend } from './trend.ts'

/** What a server spent, and what its viewers saw. */
export type ViewingResult = CrowdReport & {
  readonly scenario: 'hls-2000' | 'll-hls-1000'
  readonly server: HlsServer
  readonly viewers: number
  readonly mbps: number
  /** User and system seconds of the server per 1e9 bytes. */
  readonly cpuPerGb: number
  /** User and system microseconds of the server per answer. */
  readonly cpuPerAnswer: number
  /** Share of one core. */
  readonly cores: number
  readonly residentMb: number
  /** Share of the machine that was in use, by whomever. */
  readonly busy: number
}

/** What streams cost that are packaged and kept. */
export type KeepingResult = {
  readonly scenario: 'hls-dvr-50'
  readonly server: 'sluice'
  readonly streams: number
  readonly kbps: number
  readonly seconds: number
  /** Share of one core. */
  readonly cores: number
  /** Shares of one core, in percent. */
  readonly cpuPercentPerStream: number
  /** Resident memory at the end, and how much of it came with each stream. */
  readonly residentMb: number
  readonly residentMbPerStream: number
  /** Of the resident memory in the window, in MB per minute. */
  readonly growth: Trend
  /** Files of the DVR at the end, whose age is limited. */
  readonly diskMb: number
  readonly failures: number
  readonly firstFailure: string | undefined
  readonly busy: number
}

/** How hls.js is set. */
export type WatchedAs = 'low latency' | 'near live' | 'plain' | 'plain, near live'

/** What one player in a browser showed. */
export type SeenLatency = {
  readonly as: WatchedAs
  readonly pictures: number
  /** Milliseconds from when a picture was made to when it was shown. */
  readonly age: { readonly p5: number; readonly p50: number; readonly p95: number; readonly max: number }
  /** How often the picture stood still. */
  readonly stalls: number
  /** Pictures that the browser had no time for. */
  readonly dropped: number
  readonly errors: readonly string[]
}

/** How far behind players in a browser are. */
export type LatencyResult = {
  readonly scenario: 'hls-latency'
  readonly server: 'sluice'
  readonly seconds: number
  readonly seen: readonly SeenLatency[]
  /** Share of one core. */
  readonly cores: number
  readonly residentMb: number
  readonly failures: number
  readonly firstFailure: string | undefined
  readonly busy: number
}

export type HlsResult = ViewingResult | KeepingResult | LatencyResult

export type HlsServer = 'sluice' | 'nginx'
