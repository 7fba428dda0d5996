import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(() => browser.close())

test('api document: a browser shows it, and tries a request, without anything from elsewhere', async () => {
  await using server = await ServerProcess.start()
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

test('api: a page of another site changes something where its origin is named, and nowhere else', async () => {
  await using site = await ServerProcess.start()
  const { origin } = new URL(site.httpUrl('/'))
  await using server = await ServerProcess.start('--http-cors-origins', origin)
  await using context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(site.httpUrl('/healthz'))
  const url = server.httpUrl('/api/v1/streams/live/test')
  const ask = (method: string) =>
    page.evaluate(
      ([at = '', how = '']) => {
        const body = how === 'PUT' ? '{}' : '{"title":"Roof"}'
        const headers = { 'Content-Type': 'application/json' }
        return fetch(at, how === 'GET' ? {} : { method: how, headers, body }).then(
          ({ status, headers: told }) => `${status} ${told.has('etag')}`,
          ({ message }: Error) => message,
        )
      },
      [url, method],
    )
  assert.deepEqual([await ask('PUT'), await ask('PATCH'), await ask('GET')], ['201 true', '200 true', '200 true'])
  await page.goto(site.httpUrl('/healthz').replace('127.0.0.1', 'localhost'))
  assert.deepEqual([await ask('PUT'), await ask('GET')], ['Failed to fetch', 'Failed to fetch'])
})
