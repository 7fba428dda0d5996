import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

test('console: the page of a stream shows what was declared of it, and puts another input on air while it plays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-console-inputs-'))
  const file = `file://${await clip('clip.mp4')}?loop=true`
  const inputs = [
    { url: file, title: 'Main' },
    { url: file, title: 'Spare' },
  ]
  const push = [{ url: 'rtmp://127.0.0.1:1/live/secret' }]
  const config = join(folder, 'sluice.yaml')
  await writeFile(
    config,
    JSON.stringify({ streams: { 'live/test': { title: 'News', inputs, push, failback: { hold: '1s' } } } }),
  )
  await using server = await ServerProcess.start('--config', config)
  const browser = await startBrowser()
  await using view = await ConsolePage.open(browser, server, '/watch/live/test')
  await view.untilPhase('playing')
  const spare = view.page.getByRole('row').filter({ hasText: 'Spare' })
  const main = view.page.getByRole('row').filter({ hasText: 'Main' })
  await main.getByRole('cell', { name: 'On air', exact: true }).waitFor()
  await spare.getByRole('cell', { name: 'Off', exact: true }).waitFor()
  await spare.getByRole('button', { name: 'Put on air' }).click()
  await spare.getByRole('cell', { name: 'On air', exact: true }).waitFor()
  await untilStream(server, 'live/test', ({ inputs: now }) => now?.items[1]?.onAir === true && now.pinned === 2)
  await view.untilAdvanced(2)
  await spare.getByRole('button', { name: 'Let go' }).click()
  await main.getByRole('cell', { name: 'On air', exact: true }).waitFor()
  await view.untilAdvanced(2)
  const destination = view.page.getByRole('row').filter({ hasText: 'rtmp://127.0.0.1:1/live/' })
  await destination.getByRole('cell', { name: 'Failed, tries again' }).waitFor()
  await view.page.getByText('News', { exact: true }).waitFor()
  assert.doesNotMatch(await view.page.content(), /secret/)
  // The packager is none, nor is what goes to another server.
  assert.equal(await view.page.getByRole('table').filter({ hasText: 'Disconnect' }).getByRole('row').count(), 2)
  assert.deepEqual(view.complaints, [])
  await browser.close()
  await rm(folder, { recursive: true })
})
