import assert from 'node:assert/strict'
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { RelayView } from '../../src/api/relay-schema.ts'
import type { StreamDetail } from '../../src/api/stream-schema.ts'
import { pollUntil } from './polling.ts'
import type { ServerProcess } from './server-process.ts'

/** One line of the server's log. */
export type LogLine = {
  readonly code: string
  readonly level: string
  readonly msg: string
  readonly connection?: string
  readonly peer?: string
  readonly stream?: string
  /** Number of an input of the stream. */
  readonly input?: number
  /** Until it is tried again. */
  readonly retryInMs?: number
  /** Of an SRT connection that is over. */
  readonly pktRcvDrop?: number
}

/** The whole lines that the server has logged so far. */
export function logLines(server: ServerProcess): readonly LogLine[] {
  const lines = server.program.output.split('\n').slice(0, -1)
  return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as LogLine)
}

/** Wait for the log line of a code, and assert what it says. */
export async function untilLogged(server: ServerProcess, code: string, message: string): Promise<void> {
  await server.program.untilPrinted(new RegExp(`"code":"${code}".*\\n`))
  assert.equal(logLines(server).find(line => line.code === code)?.msg, message)
}

/** What the API says about a stream; `undefined` if it has none of that name. */
export async function streamFacts(server: ServerProcess, name: string): Promise<StreamDetail | undefined> {
  const { status, body } = await request(server.httpUrl(`/api/v1/streams/${name}/status`))
  return status === 200 ? (JSON.parse(body) as StreamDetail) : undefined
}

/** Wait until the stream is as `isEnough` wants it. */
export async function untilStream(
  server: ServerProcess,
  name: string,
  isEnough: (facts: StreamDetail) => boolean,
): Promise<StreamDetail> {
  return pollUntil(`${name} in the API`, async () => {
    const facts = await streamFacts(server, name)
    return facts !== undefined && isEnough(facts) ? facts : undefined
  })
}

/** What the API says about all relays. */
export async function relays(server: ServerProcess): Promise<readonly RelayView[]> {
  const { body } = await request(server.httpUrl('/api/v1/relays'))
  return (JSON.parse(body) as { items: readonly RelayView[] }).items
}

/** Value of one series of /metrics, labels included in its name. */
export async function metric(server: ServerProcess, series: string): Promise<number> {
  const { body } = await request(server.httpUrl('/metrics'))
  const line = body.split('\n').find(candidate => candidate.startsWith(`${series} `))
  if (line === undefined) throw new Error(`Cannot find the series ${series} in /metrics`)
  return Number(line.slice(series.length + 1))
}

/** Wait until so many connections are open, beside the one that asks. */
export async function untilConnections(
  server: ServerProcess,
  protocol: 'rtmp' | 'rtmps' | 'srt' | 'http' | 'https',
  count: number,
): Promise<void> {
  const expected = protocol === 'http' ? count + 1 : count
  await pollUntil(`${count} connections of ${protocol}`, async () => {
    const open = await metric(server, `sluice_connections{protocol="${protocol}"}`)
    return open === expected ? true : undefined
  })
}

/** Over a connection of its own, so that the test knows which ones are open. */
async function request(url: string): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>()
  const sent = get(url, { agent: false }, response => {
    text(response).then(body => resolve({ status: response.statusCode, body }), reject)
  })
  sent.on('error', reject)
  return promise
}
