import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The oldest Node that runs this project's TypeScript sources as they are. */
const required = { major: 24, minor: 11 }

/**
 * Path of a Node that is new enough: the one that runs this file, else the one npm installed beside the sources.
 *
 * Plain JavaScript for Node 18 and later: launchers import it before any newer Node is known.
 *
 * @returns {string}
 * @throws {Error} If this machine has neither.
 */
export function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath
  const installed = installedNode()
  if (installed !== undefined) return installed
  throw new Error(
    `Cannot find Node ${required.major}: npm has no copy of it for ${process.platform} ${process.arch}, ` +
      `and this is Node ${process.versions.node}`,
  )
}

/** @param {string} version such as `24.11.0` */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > required.major || (major === required.major && minor >= required.minor)
}

/** @returns {string | undefined} */
function installedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`)
    const path = join(dirname(manifest), 'bin', platform === 'win' ? 'node.exe' : 'node')
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}
