import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findNode } from '../bin/find-node.mjs'
import { projectRoot } from './project.mjs'
import { runStepOrExit } from './step.mjs'

const sources = join(projectRoot, 'console')
const page = join(sources, 'dist', 'index.html')
const stamp = join(projectRoot, '.cache', 'console.stamp')

/** Build the web console into console/dist, unless the build there was made of these very sources. */
export function ensureConsole() {
  if (!existsSync(join(sources, 'index.html'))) return
  const current = fingerprint()
  if (existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return

  const vite = join(projectRoot, 'node_modules', 'vite', 'bin', 'vite.js')
  runStepOrExit('Building the console', findNode(), [vite, 'build', sources])
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, current)
}

/** Hash of every source file and of the versions that they are built with. */
function fingerprint() {
  const hash = createHash('sha256')
  const files = [join(projectRoot, 'package-lock.json'), ...filesUnder(sources)]
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.name !== 'dist' && entry.name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesUnder(path) : [path]
    })
}
