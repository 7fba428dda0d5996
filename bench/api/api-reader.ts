import { setTimeout as sleep } from 'node:timers/promises'
import { KeepAliveClient } from '../hls/keep-alive-client.ts'
import { monotonicNs } from '../marks.ts'
import { type Spread, spreadOf } from '../statistics.ts'

export type ReadReport = {
  readonly reads: readonly { readonly path: string; readonly time: Spread }[]
  readonly all: Spread
  readonly failures: readonly string[]
}

/** Between two reads, whatever is read. */
const intervalMs = 25

/**
 * Read paths of a server in turns, at a steady rate. A read that has to wait because the one before it took too long has
 * waited from when it was due.
 */
export async function readInTurns(port: number, paths: readonly string[], seconds: number): Promise<ReadReport> {
  const client = new KeepAliveClient(port)
  const timesNs = paths.map((): number[] => [])
  const failures: string[] = []
  const startNs = monotonicNs()
  for (let turn = 0; turn * intervalMs < seconds * 1000; turn++) {
    const dueNs = startNs + turn * intervalMs * 1e6
    await sleep(Math.max(0, (dueNs - monotonicNs()) / 1e6))
    const path = paths[turn % paths.length] ?? ''
    // A timer may end a little early.
    const sentNs = Math.min(dueNs, monotonicNs())
    const { status, atNs } = await client.get({ path, viewer: 'reader', keeps: 0 })
    if (status === 200) timesNs[turn % paths.length]?.push(atNs - sentNs)
    else failures.push(`Cannot read ${path}: status is ${status}`)
  }
  client.close()
  const reads = paths.map((path, i) => ({ path, time: spreadOf(timesNs[i] ?? []) }))
  return { reads, all: spreadOf(timesNs.flat()), failures }
}
