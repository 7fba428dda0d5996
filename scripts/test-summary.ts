/** The part of vitest's JSON report that decides. */
export type TestReport = {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly TestFile[]
}

type TestFile = {
  readonly name: string
  readonly status: string
  readonly assertionResults: readonly TestResult[]
}

type TestResult = {
  readonly status: string
  readonly fullName: string
  /** Of each try, also where a later one passed. */
  readonly failureMessages: readonly string[]
}

export type TestSummary = {
  readonly passed: number
  readonly failed: number
  /** Names. */
  readonly notRun: readonly string[]
  /** Tests that failed first and passed when they were tried again: each is a fault of the test or of the server. */
  readonly unsteady: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * Count what passed and what did not. A skipped test did not pass, a file that could not be loaded is one failure,
 * and so is a run that went wrong although every test in it passed.
 */
export function summarize(report: TestReport): TestSummary {
  const tests = report.testResults.flatMap(file => file.assertionResults)
  const notRun = tests.filter(test => test.status !== 'passed' && test.status !== 'failed').map(test => test.fullName)
  const broken = report.testResults.filter(file => file.status === 'failed' && !file.assertionResults.some(isFailed))
  const failed = report.numFailedTests + notRun.length + broken.length
  const unexplained = failed === 0 && (!report.success || tests.length === 0)
  const unsteady = tests.flatMap(({ status, fullName: name, failureMessages: [reason] }) =>
    status === 'passed' && reason !== undefined ? [{ name, reason }] : [],
  )
  return { passed: report.numPassedTests, failed: unexplained ? 1 : failed, notRun, unsteady }
}

function isFailed(test: TestResult): boolean {
  return test.status === 'failed'
}
