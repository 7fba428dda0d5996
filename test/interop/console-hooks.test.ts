import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { AccessBackend } from '../support/access-backend.ts'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

test('console: hooks are listed with how they are doing, and can be tried', async () => {
  await using folder = await TestFolder.open('console')
  await using backend = await AccessBackend.start()
  const file = join(folder.path, 'sluice.yaml')
  const hooks = `site: { url: "${backend.url('/SECRET')}" }\n  gone: { url: "http://127.0.0.1:9/", retries: 0 }`
  await writeFile(file, `hooks:\n  ${hooks}\n`)
  await using server = await ServerProcess.start('--config', file, '--events-dir', join(folder.path, 'events'))
  await using view = await ConsolePage.open(browser, server, '/hooks')
  const { page } = view
  const row = (name: string) => page.locator(`[data-testid="hook-row"][data-hook="${name}"]`)
  await row('site').getByRole('button', { name: 'Test' }).click()
  await row('site')
    .getByText(/^Test delivered in \d+ ms, status 204$/)
    .waitFor()
  await row('gone').getByRole('button', { name: 'Test' }).click()
  await row('gone')
    .getByText(/^Test failed after \d+ ms: no answer came: ECONNREFUSED$/)
    .waitFor()
  // Somebody asks for a stream that is not there: that is an event.
  await fetch(server.httpUrl('/live/nobody.flv'))
  await row('gone').getByText('Failing').waitFor()
  await row('gone').getByText('Last error: no answer came: ECONNREFUSED').waitFor()
  assert.doesNotMatch(await page.content(), /SECRET/)
  assert.deepEqual(view.complaints, [])
})

test('console: without hooks it says how to make one', async () => {
  await using server = await ServerProcess.start()
  await using view = await ConsolePage.open(browser, server, '/')
  await view.page.getByRole('link', { name: 'Hooks' }).click()
  await view.page.getByText('Nobody is told yet').waitFor()
  await view.page.setViewportSize({ width: 360, height: 640 })
  const width = await view.page.evaluate<number>('document.documentElement.scrollWidth')
  assert.ok(width <= 360, `a page of ${width} pixels on a phone of 360`)
  await view.page.getByRole('link', { name: 'API' }).click()
  await view.page.getByRole('heading', { name: /Sluice/ }).waitFor()
  assert.deepEqual(view.complaints, [])
})
