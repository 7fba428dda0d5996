import { pollUntil } from './polling.ts'
import type { Website } from './website.ts'

/** Wait until so many segments of pictures are listed. Shaka 5.2 takes one that is not complete for one that it can fetch where there are no three others. */
export async function untilSegments(server: Website, stream: string, fewest: number): Promise<void> {
  for (const name of ['video', 'ts']) {
    await pollUntil(`${fewest} segments`, async () => {
      const text = await (await fetch(server.httpUrl(`/${stream}/${name}.m3u8`))).text()
      return (text.match(/#EXTINF/g)?.length ?? 0) >= fewest ? true : undefined
    })
  }
}
