import { spawnSync } from 'node:child_process'
import type { Peer } from './catalog.ts'

/** Whether the program at `path` runs and can do what the tests need of it. */
export function isGoodEnough(peer: Peer, path: string): boolean {
  const { status, stdout, stderr } = spawnSync(path, peer.proof.args, { encoding: 'utf8', timeout: 30_000 })
  return status === 0 && peer.proof.holds(stdout + stderr)
}
