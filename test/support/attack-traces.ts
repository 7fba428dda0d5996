import assert from 'node:assert/strict'
import { heldMemory } from './held-memory.ts'
import { pollUntil } from './polling.ts'
import { logLines } from './server-facts.ts'
import type { ServerProcess } from './server-process.ts'

/** What a warm process may hold more than a cold one: 1 to 5 MB, as it was measured. */
const margin = 16 * 1024 * 1024

/** The lines by which the server says why a connection has ended. */
export const connectionEnd = /^Connection closed: /

/** Wait until the server holds little more than it held before. */
export async function untilMemoryIsFree(server: ServerProcess, before: number): Promise<void> {
  let more = Number.POSITIVE_INFINITY
  const isFree = async (): Promise<true | undefined> => {
    more = (await heldMemory(server)) - before
    return more < margin ? true : undefined
  }
  await pollUntil('memory', isFree).catch((cause: unknown) => {
    throw new Error(`Cannot free memory: less than ${margin} bytes more may be held, are ${more}`, { cause })
  })
}

/** Assert that every connection has ended with one line of the log, and that none of the lines is an error of ours. */
export function assertOneEndEach(server: ServerProcess): void {
  const lines = logLines(server)
  assert.deepEqual(
    lines.filter(({ level }) => level === 'error'),
    [],
  )
  const ends = lines.filter(({ msg }) => connectionEnd.test(msg)).map(({ connection }) => connection)
  assert.equal(new Set(ends).size, ends.length, 'a connection ended twice')
}
