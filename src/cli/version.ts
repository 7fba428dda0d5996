import { readFileSync } from 'node:fs'

/** The version in package.json, which lies two folders up from the sources as from the built files. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version)
  throw new RangeError('Cannot read the version: package.json has none')
}

/** What `sluice --version` prints. */
export function formatVersion(version: string): string {
  return `sluice ${version}\n`
}
