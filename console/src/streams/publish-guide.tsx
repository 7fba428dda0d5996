import { Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useServer } from '../api/queries.ts'
import { CopyLine } from '../shell/copy-line.tsx'
import css from './publish-guide.module.css'
import { rtmpOrigin, srtPublishUrl, watchPath } from './stream-urls.ts'

const example = { app: 'live', key: 'test' }
const exampleName = `${example.app}/${example.key}`

/** What to type into which encoder, ready to copy, with this server's own address in it. */
export function PublishGuide() {
  const { data: server } = useServer()
  // Until the server has told its ports, the usual ones are the best guess; a listener that is off is no guess.
  const ports = server?.ports ?? { rtmp: 1935, rtmps: null, srt: 10_080 }
  const rtmp = rtmpOrigin(location, ports)
  const srt = srtPublishUrl(location, ports.srt, exampleName)
  const ways = [...(rtmp === undefined ? [] : rtmpWays(rtmp)), ...(srt === undefined ? [] : [srtWay(srt)])]
  const [first] = ways
  if (first === undefined) return <p className={css.off}>This server listens for no encoders: RTMP and SRT are off.</p>
  return (
    <section className={css.guide} aria-label="How to publish">
      {/* Another first way has another set of tabs. */}
      <Tabs key={first.tab} defaultValue={first.tab} variant="default">
        <Tabs.List>
          {ways.map(({ tab }) => (
            <Tabs.Tab key={tab} value={tab}>
              {tab}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {ways.map(({ tab, steps }) => (
          <Tabs.Panel key={tab} value={tab} className={css.panel ?? ''}>
            {steps}
          </Tabs.Panel>
        ))}
      </Tabs>
      <p className={css.watch}>
        Then watch it at <Link href={watchPath(exampleName)}>/watch/live/test</Link>. Any name will do:{' '}
        <code>live/test</code> is only an example.
      </p>
    </section>
  )
}

type Way = { readonly tab: string; readonly steps: ReactNode }

function rtmpWays(rtmp: string): readonly Way[] {
  const url = `${rtmp}/${exampleName}`
  return [
    { tab: 'OBS', steps: <ObsSteps server={`${rtmp}/${example.app}`} /> },
    {
      tab: 'FFmpeg',
      steps: (
        <>
          <p>Sends a file at the speed it plays, without encoding it again.</p>
          <CopyLine label="FFmpeg command" hideLabel text={fileCommand('flv', url)} />
        </>
      ),
    },
    {
      tab: 'Test picture',
      steps: (
        <>
          <p>No clip at hand? This makes a moving picture and a tone.</p>
          <CopyLine label="FFmpeg command" hideLabel text={testCommand(url)} />
        </>
      ),
    },
  ]
}

/** What the passphrase is, or whether there is one, the server tells nobody. */
function srtWay(url: string): Way {
  return {
    tab: 'SRT',
    steps: (
      <>
        <p>
          For networks that lose packets. In OBS, choose the service <b>Custom…</b> and leave the stream key empty; SRT
          encoders ask for the same URL, or for its parts.
        </p>
        <CopyLine label="Server" text={url} />
        <CopyLine label="FFmpeg command" text={fileCommand('mpegts', `'${url}'`)} />
        <p>
          If the server has a passphrase, add <code>&passphrase=…</code> to the URL.
        </p>
      </>
    ),
  }
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

function fileCommand(format: 'flv' | 'mpegts', url: string): string {
  return `ffmpeg -re -i clip.mp4 -c copy -f ${format} ${url}`
}

function testCommand(url: string): string {
  const picture = '-f lavfi -i testsrc2=size=1280x720:rate=30'
  const tone = '-f lavfi -i sine=frequency=440:sample_rate=48000'
  const encoder = '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 60 -c:a aac'
  return `ffmpeg -re ${picture} ${tone} ${encoder} -f flv ${url}`
}
