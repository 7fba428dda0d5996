import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project.mjs'
import { type Peer, peers } from './catalog.ts'
import { findOnHost } from './host.ts'
import { unpackPackages } from './private-apt.ts'
import { isGoodEnough } from './proof.ts'
import { findSuite, type Suite } from './suite.ts'
import { writeWrapper } from './wrapper.ts'

const cache = join(projectRoot, '.cache', 'peers')
const programs = join(cache, 'bin')
const stamp = join(cache, 'stamp')

/**
 * Put every peer into .cache/peers/bin: a link to the host's copy where it is good enough, else a script that runs one
 * unpacked from Debian's packages. Nothing outside .cache changes.
 */
export function ensurePeers(): void {
  const recipe = hashOfRecipe()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === recipe && peers.every(isThere)) return

  rmSync(programs, { recursive: true, force: true })
  mkdirSync(programs, { recursive: true })
  const missing = peers.filter(peer => !linkFromHost(peer))
  if (missing.length > 0) unpack(missing)

  const unfit = missing.filter(peer => !isGoodEnough(peer, pathOf(peer)))
  if (unfit.length > 0) giveUp(unfit)
  writeFileSync(stamp, recipe)
}

function pathOf(peer: Peer): string {
  return join(programs, peer.name)
}

/** Follows links: a program that the host has removed since is not there. */
function isThere(peer: Peer): boolean {
  return existsSync(pathOf(peer))
}

function linkFromHost(peer: Peer): boolean {
  const found = findOnHost(peer)
  if (found !== undefined) symlinkSync(found, pathOf(peer))
  return found !== undefined
}

/** Each release of Debian that is needed is unpacked once, into a folder of its own. */
function unpack(missing: readonly Peer[]): void {
  const suites = new Map<string, { readonly suite: Suite; readonly peers: Peer[] }>()
  for (const since of new Set(missing.map(peer => peer.since))) {
    const suite = findSuite(since) ?? giveUp(missing)
    const { peers: earlier = [] } = suites.get(suite.name) ?? {}
    suites.set(suite.name, { suite, peers: [...earlier, ...missing.filter(peer => peer.since === since)] })
  }
  for (const { suite, peers: wanted } of suites.values()) unpackSuite(suite, wanted)
}

function unpackSuite(suite: Suite, wanted: readonly Peer[]): void {
  const root = join(cache, suite.name)
  unpackPackages(suite, [...new Set(wanted.flatMap(peer => peer.packages))], root)
  for (const peer of wanted) writeWrapper(peer, root, pathOf(peer))
}

function giveUp(missing: readonly Peer[]): never {
  const names = missing.map(peer => peer.name).join(', ')
  const known =
    'FFmpeg 8, GStreamer, rtmpdump, Chromium, HAProxy, srt-live-transmit, tsreport, nats-server, kcat, PostgreSQL, MariaDB, nginx with its RTMP module and Python with m3u8 and mpegdash'
  console.error(`Cannot run the tests without ${names}: install ${known}, or newer`)
  process.exit(1)
}

/** The scripts hold absolute paths, so a moved checkout is set up again, as is one with other rules. */
function hashOfRecipe(): string {
  const hash = createHash('sha256').update(cache)
  const folder = import.meta.dirname
  const names = readdirSync(folder).filter(name => !name.endsWith('.test.ts'))
  for (const name of names.sort()) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}
