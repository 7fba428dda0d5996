import { PassThrough } from 'node:stream'
import type { Timer } from '../contracts/clock.ts'
import { ConnectionError } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { CommandIo } from './command-io.ts'
import { connectSrt } from './srt-connection.ts'

/** What may wait for its reader: a minute of 8 Mbit/s. */
const longestQueue: Bytes = 60_000_000
/** A peer that sends nothing for so long is given up. */
const silenceTimeout: Milliseconds = 30_000

/**
 * What an SRT peer sends, until it ends the connection, Ctrl-C does, or so much time has passed since the connection was
 * made. A peer cannot be kept waiting: a reader that is too slow is an error.
 *
 * @throws {ServerError}
 */
export async function* playSrt(
  url: string,
  duration: Milliseconds,
  { clock, signal }: Pick<CommandIo, 'clock' | 'signal'>,
): AsyncGenerator<Uint8Array> {
  await using client = await connectSrt(url, { clock, signal })
  const payloads = new PassThrough({ highWaterMark: longestQueue })
  const fail = (rule: string): void => {
    payloads.destroy(new ConnectionError(`Cannot go on with ${client.url.shown}: ${rule}`))
  }
  const waitForMore = (): Timer => clock.after(silenceTimeout, () => fail(`nothing has come for ${silenceTimeout} ms`))
  let silence = waitForMore()
  const end = clock.after(duration, () => payloads.end())
  client.receive(payload => {
    silence.cancel()
    silence = waitForMore()
    if (!payloads.writableEnded && !payloads.write(Buffer.from(payload))) fail('what it sends must be taken in time')
  })
  void client.ended.then(error => (client.hasPeerLeft || signal.aborted ? payloads.end() : payloads.destroy(error)))
  try {
    yield* payloads as AsyncIterable<Uint8Array>
  } finally {
    silence.cancel()
    end.cancel()
  }
}
