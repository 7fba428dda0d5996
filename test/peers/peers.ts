import { accessSync } from 'node:fs'
import { join } from 'node:path'
import type { PeerName } from '../../scripts/peers/catalog.ts'
import { projectRoot } from '../../scripts/project.mjs'
import { Program, type ProgramOptions } from './program.ts'

/**
 * Path of a program that nobody here wrote.
 *
 * @throws {Error} If it is missing: `npm test` brings it, and a test without it has not passed.
 */
export function peerPath(name: PeerName): string {
  const path = join(projectRoot, '.cache', 'peers', 'bin', name)
  try {
    accessSync(path)
  } catch (cause) {
    throw new Error(`Cannot find ${name}: run "npm test" once, which sets up the test peers`, { cause })
  }
  return path
}

/** Start a peer. FFmpeg runs without its banner and never reads the terminal. */
export function startPeer(name: PeerName, args: readonly string[], options?: ProgramOptions): Program {
  const quiet = name.startsWith('ffmpeg') ? ['-hide_banner', '-nostdin'] : name === 'ffprobe' ? ['-hide_banner'] : []
  return new Program(peerPath(name), [...quiet, ...args], options)
}
