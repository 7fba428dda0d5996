import type { LogLimits } from '../../src/hub/log-limits.ts'
import { WireLog, type WireRun } from '../../src/hub/wire-log.ts'

const limits: LogLimits = { gopBytes: 1e6, gopTime: 1e9, gopFrames: 1e6, lagBytes: 1e6, lagTime: 1e9 }

/** A record of a wire log in RTMP's format; its chunk stream id is in its first byte, unless `tag` says more. */
export type SampleRecord = {
  readonly hex: string
  readonly time: number
  readonly tag?: number
  readonly isRestart?: boolean
}

/** One run of the given records, as the hub shares it. */
export function runOf(records: readonly SampleRecord[]): WireRun {
  const log = new WireLog(limits)
  for (const { hex, time, tag, isRestart = false } of records) {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const at = log.reserve(bytes.length)
    log.bytes.set(bytes, at)
    log.commit(time, tag ?? (bytes[0] ?? 0) & 0x3f, { isJoinPoint: false, isRestart }, [])
  }
  return log.run(log.tail, 0)
}
