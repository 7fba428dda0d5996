import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** One release of Debian or of a system made from it, on the mirror that this machine uses. */
export type Suite = {
  readonly name: string
  readonly mirror: string
  readonly components: string
  readonly keyring: string
}

/** Releases of Debian, from old to new. */
const releases = ['buster', 'bullseye', 'bookworm', 'trixie', 'forky'] as const

export type Release = (typeof releases)[number]

/**
 * The suite to take packages from, or `undefined` on a system without apt. It is that of the system, unless that is a
 * release of Debian before `since`.
 */
export function findSuite(since: Release): Suite | undefined {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/etc/os-release')) return undefined
  const release = readFileSync('/etc/os-release', 'utf8')
  const system = /^ID=(\w+)/m.exec(release)?.[1] ?? ''
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1] ?? 'sid'
  const mirror = findMirror([codename, 'oldstable', 'stable', 'testing', 'unstable', 'sid'])
  if (mirror === undefined) return undefined

  return {
    name: isOlder(codename, since) ? since : codename,
    mirror,
    components: system === 'ubuntu' ? 'main universe' : 'main',
    keyring: `/usr/share/keyrings/${system}-archive-keyring.gpg`,
  }
}

function isOlder(codename: string, since: Release): boolean {
  const older: readonly string[] = releases.slice(0, releases.indexOf(since))
  return older.includes(codename)
}

/** The mirror of the first of `releases` that this machine's own apt is set up for. */
function findMirror(suites: readonly string[]): string | undefined {
  const addresses = execFileSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8' })
  const sources = [...addresses.matchAll(/^'(.+)\/dists\/([^/]+)\/InRelease'/gm)]
  const mirrors = new Map(sources.reverse().map(([, mirror, release]) => [release, mirror]))
  return suites.map(release => mirrors.get(release)).find(mirror => mirror !== undefined)
}
