import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { ServerProcess } from '../support/server-process.ts'

test('api document: a browser shows it, and tries a request, without anything from elsewhere', async () => {
  await using server = await ServerProcess.start()
  await using browser = await startBrowser()
  await using opened = await ConsolePage.open(browser, server, '/api/docs')
  const { page } = opened
  const operation = page.locator('#operations-Server-readServer')
  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  await operation.locator('.live-responses-table .response-col_status').getByText('200').waitFor()
  await operation.locator('.live-responses-table').getByText('"sluice"').first().waitFor()
  assert.deepEqual([opened.complaints, [...opened.missing]], [[], []])
})
