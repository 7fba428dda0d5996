import { accessSync, constants, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Peer } from './catalog.ts'
import { isGoodEnough } from './proof.ts'

/** Path of the copy that this machine has installed, if it is new enough. */
export function findOnHost(peer: Peer): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const onPath = peer.hostNames.flatMap(name => folders.map(folder => join(folder, name)))
  return [...onPath, ...globSync(`/${peer.path}`)].find(path => isExecutable(path) && isGoodEnough(peer, path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
