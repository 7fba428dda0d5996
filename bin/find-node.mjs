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
  const { resolve } = createRequire(import.meta.url)
  for (const name of packagesWithNode()) {
    try {
      const path = join(dirname(resolve(`${name}/package.json`)), 'bin', 'node')
      for (const file of [path, `${path}.exe`]) if (existsSync(file)) return file
    } catch {
      // Not installed: npm leaves out the packages of other platforms.
    }
  }
  return undefined
}

/** The npm packages that hold one platform's Node each; package.json lists them as optional dependencies. */
function packagesWithNode() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  return [`node-${platform}`, `node-bin-${platform}`]
}
