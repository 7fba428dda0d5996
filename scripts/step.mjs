import { spawnSync } from 'node:child_process'
import { projectRoot } from './project.mjs'

/**
 * Run one command. Prints one line with its time; the command's own output only if it fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {boolean} whether it succeeded
 */
export function runStep(title, command, args) {
  const started = Date.now()
  process.stderr.write(`${title} … `)
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status === 0) process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`)
  else process.stderr.write(`failed\n${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`)
  return status === 0
}

/**
 * Run one command that everything after it needs, and give up if it fails.
 *
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 */
export function runStepOrExit(title, command, args) {
  if (!runStep(title, command, args)) process.exit(1)
}
