import { SystemClock } from '../src/app/system-clock.ts'
import { SrtClient } from '../src/clients/srt/srt-client.ts'
import { microseconds } from '../src/protocols/srt/microseconds.ts'
import { SessionTicker } from '../src/protocols/srt/session-ticker.ts'
import { parseSrtUrl } from '../src/protocols/srt/srt-url.ts'

/** One timer for all connections of a load process. */
const clock = new SystemClock()
const ticker = new SessionTicker(clock)
const CONNECT_TIMEOUT_MS = 10_000
/** The default of both sides. */
const LATENCY_MS = 120

/** Call a server under test. */
export function callServer(host: string, port: number, streamId: string): Promise<SrtClient> {
  const url = parseSrtUrl(`srt://${host}:${port}?latency=${LATENCY_MS}&streamid=${encodeURIComponent(streamId)}`)
  return SrtClient.connect(url, { clock, ticker, connectTimeout: CONNECT_TIMEOUT_MS })
}

/** Now, as the sessions of this process count it. */
export function srtNow(): number {
  return microseconds(clock)
}
