import assert from 'node:assert/strict'
import { test } from 'vitest'
import { summarize, type TestReport } from './test-summary.ts'

function reportOf(statuses: readonly string[], success = true, fileStatus = 'passed'): TestReport {
  return {
    success,
    numPassedTests: statuses.filter(status => status === 'passed').length,
    numFailedTests: statuses.filter(status => status === 'failed').length,
    testResults: [
      {
        name: 'a.test.ts',
        status: fileStatus,
        assertionResults: statuses.map((status, n) => ({ status, fullName: `test ${n}`, failureMessages: [] })),
      },
    ],
  }
}

test('test summary: passed and failed tests are counted', () => {
  const report = reportOf(['passed', 'failed', 'passed'], false, 'failed')
  assert.deepEqual(summarize(report), { passed: 2, failed: 1, notRun: [], unsteady: [] })
})

test('test summary: a skipped test counts as failed and is named', () => {
  assert.deepEqual(summarize(reportOf(['passed', 'pending'])), {
    passed: 1,
    failed: 1,
    notRun: ['test 1'],
    unsteady: [],
  })
})

test('test summary: a file that cannot be loaded is one failure', () => {
  assert.deepEqual(summarize(reportOf([], false, 'failed')), { passed: 0, failed: 1, notRun: [], unsteady: [] })
})

test('test summary: a run that failed outside of its tests is one failure', () => {
  assert.deepEqual(summarize(reportOf(['passed'], false)), { passed: 1, failed: 1, notRun: [], unsteady: [] })
})

test('test summary: a run without tests is a failure', () => {
  assert.equal(summarize(reportOf([])).failed, 1)
})

test('test summary: a test that passed when it was tried again is named, with why it did not at first', () => {
  const report = reportOf(['passed', 'passed'])
  const tried = { status: 'passed', fullName: 'test 2', failureMessages: ['Error: too late'] }
  const testResults = report.testResults.map(file => ({ ...file, assertionResults: [...file.assertionResults, tried] }))
  const { failed, unsteady } = summarize({ ...report, testResults })
  assert.equal(failed, 0)
  assert.deepEqual(unsteady, [{ name: 'test 2', reason: 'Error: too late' }])
})
