import type { Static } from 'typebox'
import type { dvrDetailSchema } from '../../src/api/dvr-schema.ts'
import { pollUntil } from './polling.ts'
import type { ServerProcess } from './server-process.ts'

/** What is kept of a stream, as the API says. */
export type KeptStream = Omit<Static<typeof dvrDetailSchema>, 'from' | 'to'> & {
  /** Milliseconds since 1970; `NaN` while there is nothing. */
  readonly from: number
  readonly to: number
}

/** `undefined` if nothing is known of the stream. */
export async function keptStream(server: ServerProcess, name = 'live/test'): Promise<KeptStream | undefined> {
  const response = await fetch(server.httpUrl(`/api/v1/recordings/dvr/${name}`))
  if (!response.ok) return undefined
  const { from, to, ...facts } = (await response.json()) as Static<typeof dvrDetailSchema>
  return { ...facts, from: Date.parse(from ?? ''), to: Date.parse(to ?? '') }
}

/** Wait until so much is kept as `isEnough` wants. */
export function untilKept(
  server: ServerProcess,
  isEnough: (kept: KeptStream) => boolean,
  name = 'live/test',
): Promise<KeptStream> {
  return pollUntil(`${name} in the DVR`, async () => {
    const kept = await keptStream(server, name)
    return kept !== undefined && isEnough(kept) ? kept : undefined
  })
}

/** Milliseconds from the oldest to the newest; `NaN` while there is nothing. */
export function keptSpan({ from, to }: KeptStream): number {
  return to - from
}

/** True once the archive has all that is kept. */
export function isStored({ archive }: KeptStream): boolean {
  return archive?.pendingSegments === 0
}
