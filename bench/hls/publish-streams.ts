import type { LoadControl } from '../load-control.ts'
import type { HlsScenario } from './hls-scenarios.ts'

const publishTimeoutMs = 20_000

/**
 * Publish the streams of a scenario over RTMP.
 *
 * @returns When the first of them began, on the clock of `monotonicNs`: its frames come at multiples of 40 ms from then.
 */
export async function publishStreams(
  publisher: LoadControl,
  port: number,
  { streams, kbps, gopSeconds }: HlsScenario,
): Promise<number> {
  const target = { protocol: 'rtmp', host: '127.0.0.1', app: 'live', ports: [port] } as const
  const shape = { kbps, audioKbps: 128, fps: 25, gopSeconds }
  const plan = { target, streams, shape }
  const { published, startNs } = await publisher.ask({ type: 'publish', plan, timeoutMs: publishTimeoutMs })
  if (published < streams || startNs === undefined) {
    throw new Error(`Cannot publish: the server took ${published} of ${streams} streams`)
  }
  return startNs
}
