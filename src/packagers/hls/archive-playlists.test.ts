import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatArchiveName, parseArchiveName } from './archive-playlists.ts'

const time = 1_795_219_200_000
const dawn = -315_619_200_000

test('archive playlists: the window of a list is in its name, as milliseconds', () => {
  for (const [window, name] of [
    [{ from: undefined, to: undefined }, 'dvr-video'],
    [{ from: time, to: undefined }, 'dvr-video-1795219200000'],
    [{ from: time, to: time + 60_000 }, 'dvr-video-1795219200000-1795219260000'],
    [{ from: undefined, to: time }, 'dvr-video-0000000000-1795219200000'],
  ] as const) {
    assert.equal(formatArchiveName({ rendition: 'video', window }), name)
    assert.deepEqual(parseArchiveName(name), { rendition: 'video', window })
  }
})

test('archive playlists: a window that begins before 1970 has names that can be asked for', () => {
  for (const to of [undefined, time]) {
    const name = formatArchiveName({ rendition: 'audio-2', window: { from: dawn, to } })
    assert.deepEqual(parseArchiveName(name), { rendition: 'audio-2', window: { from: undefined, to } })
  }
})
