import assert from 'node:assert/strict'
import { pollUntil } from './polling.ts'
import { logLines, metric } from './server-facts.ts'
import type { ServerProcess } from './server-process.ts'

/** What a warm process may have more than a cold one. */
export const usualMargin = 64 * 1024 * 1024

/** The lines by which the server says why a connection has ended. */
export const connectionEnd = /^Connection closed: /

/** Bytes that the server's process has in memory. */
export function memoryOf(server: ServerProcess): Promise<number> {
  return metric(server, 'process_resident_memory_bytes')
}

/** Wait until the server has no more than `margin` beyond what it had before. */
export async function untilMemoryIsFree(server: ServerProcess, before: number, margin: number): Promise<void> {
  let more = Number.POSITIVE_INFINITY
  const isFree = async (): Promise<true | undefined> => {
    more = (await memoryOf(server)) - before
    return more < margin ? true : undefined
  }
  await pollUntil('memory', isFree).catch((cause: unknown) => {
    throw new Error(`Cannot free memory: less than ${margin} bytes more may be used, are ${more}`, { cause })
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
