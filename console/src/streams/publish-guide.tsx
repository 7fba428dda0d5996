import { Tabs } from '@mantine/core'
import { Link } from 'wouter'
import { useServer } from '../api/queries.ts'
import { CopyLine } from '../shell/copy-line.tsx'
import css from './publish-guide.module.css'
import { rtmpOrigin, watchPath } from './stream-urls.ts'

const example = { app: 'live', key: 'test' }

/** What to type into which encoder, ready to copy, with this server's own address in it. */
export function PublishGuide() {
  const { data: server } = useServer()
  // Until the server has told its ports, the usual one is the best guess; a listener that is off is no guess.
  const rtmp = rtmpOrigin(location, server === undefined ? 1935 : server.ports.rtmp)
  if (rtmp === undefined) return <p className={css.off}>This server takes no RTMP: its listener is switched off.</p>
  return (
    <section className={css.guide} aria-label="How to publish">
      <Tabs defaultValue="obs" variant="default">
        <Tabs.List>
          <Tabs.Tab value="obs">OBS</Tabs.Tab>
          <Tabs.Tab value="file">FFmpeg</Tabs.Tab>
          <Tabs.Tab value="test">Test picture</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="obs" className={css.panel ?? ''}>
          <ObsSteps server={`${rtmp}/${example.app}`} />
        </Tabs.Panel>
        <Tabs.Panel value="file" className={css.panel ?? ''}>
          <p>Sends a file at the speed it plays, without encoding it again.</p>
          <CopyLine label="FFmpeg command" hideLabel text={fileCommand(exampleUrl(rtmp))} />
        </Tabs.Panel>
        <Tabs.Panel value="test" className={css.panel ?? ''}>
          <p>No clip at hand? This makes a moving picture and a tone.</p>
          <CopyLine label="FFmpeg command" hideLabel text={testCommand(exampleUrl(rtmp))} />
        </Tabs.Panel>
      </Tabs>
      <p className={css.watch}>
        Then watch it at <Link href={watchPath(`${example.app}/${example.key}`)}>/watch/live/test</Link>. Any name will
        do: <code>live/test</code> is only an example.
      </p>
    </section>
  )
}

function ObsSteps({ server }: { server: string }) {
  return (
    <>
      <p>
        In <b>Settings → Stream</b>, choose the service <b>Custom…</b>, fill in these two fields, then press{' '}
        <b>Start Streaming</b>.
      </p>
      <CopyLine label="Server" text={server} />
      <CopyLine label="Stream Key" text={example.key} />
    </>
  )
}

function exampleUrl(rtmp: string): string {
  return `${rtmp}/${example.app}/${example.key}`
}

function fileCommand(url: string): string {
  return `ffmpeg -re -i clip.mp4 -c copy -f flv ${url}`
}

function testCommand(url: string): string {
  const picture = '-f lavfi -i testsrc2=size=1280x720:rate=30'
  const tone = '-f lavfi -i sine=frequency=440:sample_rate=48000'
  const encoder = '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 60 -c:a aac'
  return `ffmpeg -re ${picture} ${tone} ${encoder} -f flv ${url}`
}
