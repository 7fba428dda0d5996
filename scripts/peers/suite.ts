import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** One release of Debian or of a system made from it, on the mirror that this machine uses. */
export type Suite = {
  readonly name: string
  readonly mirror: string
  readonly components: string
  readonly keyring: string
}

/** Releases whose FFmpeg is too old, and the one that is taken in their place. */
const tooOld = ['buster', 'bullseye', 'bookworm']
const firstNewEnough = 'trixie'

/** The suite to take packages from, or `undefined` on a system without apt. */
export function findSuite(): Suite | undefined {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/etc/os-release')) return undefined
  const release = readFileSync('/etc/os-release', 'utf8')
  const system = /^ID=(\w+)/m.exec(release)?.[1] ?? ''
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1] ?? 'sid'
  const mirror = findMirror([codename, 'oldstable', 'stable', 'testing', 'unstable', 'sid'])
  if (mirror === undefined) return undefined

  return {
    name: tooOld.includes(codename) ? firstNewEnough : codename,
    mirror,
    components: system === 'ubuntu' ? 'main universe' : 'main',
    keyring: `/usr/share/keyrings/${system}-archive-keyring.gpg`,
  }
}

/** The mirror of the first of `releases` that this machine's own apt is set up for. */
function findMirror(releases: readonly string[]): string | undefined {
  const addresses = execFileSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8' })
  const sources = [...addresses.matchAll(/^'(.+)\/dists\/([^/]+)\/InRelease'/gm)]
  const mirrors = new Map(sources.reverse().map(([, mirror, release]) => [release, mirror]))
  return releases.map(release => mirrors.get(release)).find(mirror => mirror !== undefined)
}
