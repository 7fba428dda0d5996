import { spawnSync } from 'node:child_process'
import { projectRoot } from './project.mjs'

/**
 * Run one command of the set-up. Prints one line with its time; the command's own output only if it fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 */
export function runStep(title, command, args) {
  const started = Date.now()
  process.stderr.write(`${title} … `)
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status === 0) {
    process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`)
    return
  }
  process.stderr.write(`failed\n${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`)
  process.exit(1)
}
