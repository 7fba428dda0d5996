import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot } from './project.mjs'
import { runStepOrExit } from './step.mjs'

/** Install what package-lock.json names, unless it is there already. */
export function ensureDependencies() {
  if (isInstalled()) return
  const [command, ...args] = npm()
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  // A production environment would leave out what builds the console.
  runStepOrExit('Installing packages (first start only)', command, [...args, 'ci', '--include=dev', ...quiet])
}

/** Compare npm's note of what it installed with the lockfile: a few milliseconds, and right after any `npm ci`. */
function isInstalled() {
  const wanted = readPackages('package-lock.json')
  const present = readPackages(join('node_modules', '.package-lock.json'))
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    const installed = present[path]
    return path === '' || installed?.version === version || (installed === undefined && (optional || devOptional))
  })
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function readPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(join(projectRoot, lockfile), 'utf8')).packages
  } catch {
    return {}
  }
}

/**
 * The npm that started us, else the one on the PATH.
 *
 * @returns {[string, ...string[]]}
 */
function npm() {
  const script = process.env.npm_execpath
  if (script !== undefined && basename(script).startsWith('npm-cli')) return [process.execPath, script]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}
