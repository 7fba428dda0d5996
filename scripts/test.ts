/** `npm test -- ARGS`: the peers, then every test, then one line that counts them. ARGS go to vitest. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePeers } from './peers/ensure-peers.ts'
import { projectRoot } from './project.mjs'
import { summarize, type TestReport } from './test-summary.ts'

const report = join(projectRoot, '.cache', 'test-report.json')
const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs')

ensurePeers()
rmSync(report, { force: true })
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: 'inherit',
})

const { passed, failed, notRun, unsteady } = summarize(readReport())
for (const { name, reason } of unsteady) console.log(`Passed when tried again: ${name}: ${reason}`)
for (const name of notRun) console.log(`Not run: ${name}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function readReport(): TestReport {
  const nothing = { success: false, numPassedTests: 0, numFailedTests: 0, testResults: [] }
  return existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as TestReport) : nothing
}
