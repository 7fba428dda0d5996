import type { ReaderEnd } from '../../src/contracts/end-reason.ts'
import type { PlacedFrame, WireFormat } from '../../src/contracts/wire-format.ts'
import type { JoinPoint, WireLog, WireRun } from '../../src/hub/wire-log.ts'
import type { WireSink } from '../../src/hub/wire-reader.ts'

/** One byte per frame: its decode time. Counts how often it is muxed. */
export class PlainFormat implements WireFormat {
  readonly name = 'plain'
  muxed = 0

  createMuxer(out: WireLog): { write(placed: PlacedFrame): void } {
    return {
      write: ({ time, isJoinPoint, tracks }) => {
        this.muxed++
        const at = out.reserve(1)
        out.bytes[at] = time
        out.commit(time, 0, { isJoinPoint, isRestart: false }, tracks)
      },
    }
  }
}

/** Keeps what it is told, and the decode times of what it is sent. */
export class RecordingSink implements WireSink {
  isBusy = false
  readonly isSecure = false
  readonly needsSettledStream: boolean
  readonly times: number[] = []
  readonly calls: string[] = []

  constructor(needsSettledStream = false) {
    this.needsSettledStream = needsSettledStream
  }

  bytesSent = 0

  start(join: JoinPoint): void {
    this.calls.push(`start ${join.tracks.map(track => track.codec).join('+')}`)
  }

  write(run: WireRun): void {
    this.times.push(...run.bytes)
    this.bytesSent += run.bytes.length
  }

  publisherLeft(): void {
    this.calls.push('left')
  }

  publisherReturned(): void {
    this.calls.push('returned')
  }

  end(reason: ReaderEnd): void {
    this.calls.push(`end ${reason}`)
  }
}
