import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { peerPath } from '../peers/peers.ts'
import { certificates, type Website } from './website.ts'

/** A browser without a window. It is asked to run without its sandbox, which root and many containers cannot have. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: peerPath('chromium'), chromiumSandbox: false })
}

/** What a viewer sees in the video element. */
export type Playback = {
  readonly currentTime: number
  readonly decodedFrames: number
  /** Left edge of the white bar in the picture, as a share of its width; undefined while there is no bar. */
  readonly barPosition: number | undefined
}

/** One page of the console, and all that it does which a console should not do. Open it with `await using`. */
export class ConsolePage implements AsyncDisposable {
  readonly page: Page
  /** Paths that the server answered with 404, each once. */
  readonly missing = new Set<string>()
  /** Requests that left the server, errors, warnings and violations of the content policy. */
  readonly complaints: string[] = []
  readonly #context: BrowserContext
  readonly #origin: string

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context
    this.page = page
    this.#origin = origin
    this.#watch()
  }

  /** @param signIn What the visitor types where the browser asks for a user and a password; nobody, if it is missing. */
  static async open(
    browser: Browser,
    server: Website,
    path: string,
    signIn?: { readonly username: string; readonly password: string },
  ): Promise<ConsolePage> {
    const context = await browser.newContext({ ...certificates, ...(signIn && { httpCredentials: signIn }) })
    context.setDefaultTimeout(60_000)
    const opened = new ConsolePage(context, await context.newPage(), server.httpUrl(''))
    await opened.page.goto(server.httpUrl(path))
    return opened
  }

  /** The row of a stream in the list of streams. */
  row(stream: string): Locator {
    return this.page.locator(`[data-testid="stream-row"][data-stream="${stream}"]`)
  }

  /** Wait until the player is in `phase`. */
  async untilPhase(phase: string): Promise<void> {
    await this.page.locator(`[data-testid="watch-state"][data-phase="${phase}"]`).waitFor()
  }

  /** Wait until the words are seen over the picture. */
  async untilOverlaySays(words: string): Promise<void> {
    await this.page.getByTestId('watch-state').getByText(words).waitFor()
  }

  /** Wait until the picture has gone on by `seconds` of the element's time. */
  async untilAdvanced(seconds: number): Promise<void> {
    const video = await this.page.getByTestId('watch-video').elementHandle()
    const { currentTime } = await this.playback()
    const isPast = ([element, time]: [VideoElement, number]): boolean => element.currentTime > time
    await this.page.waitForFunction(isPast, [video, currentTime + seconds] as unknown as [VideoElement, number])
  }

  /** What the video element shows at this moment. */
  async playback(): Promise<Playback> {
    return this.page.getByTestId('watch-video').evaluate(readPlayback)
  }

  /** When the picture was made, as it says itself, if it is one of `publishTime`: the low 24 bits of milliseconds. */
  async pictureTime(): Promise<number> {
    return this.page.getByTestId('watch-video').evaluate(readClock)
  }

  /** Seconds behind the live edge, as the page itself says. */
  async shownLatency(): Promise<number> {
    return Number.parseFloat(await this.page.getByTestId('latency').innerText())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }

  #watch(): void {
    const { page } = this
    page.on('request', request => this.#checkOrigin(request.url()))
    page.on('websocket', socket => this.#checkOrigin(socket.url().replace(/^ws/, 'http')))
    page.on('pageerror', error => this.complaints.push(String(error)))
    page.on('response', response => {
      if (response.status() === 404) this.missing.add(new URL(response.url()).pathname)
    })
    page.on('console', message => {
      const isNotFound = message.text().includes('status of 404')
      const isTrouble = message.type() === 'error' || message.type() === 'warning'
      if (isTrouble && !isNotFound) this.complaints.push(message.text())
    })
  }

  #checkOrigin(url: string): void {
    if (new URL(url).origin !== this.#origin) this.complaints.push(`Request to ${url}`)
  }
}

/** The little of the DOM that is read here; the tests are compiled without it. */
type VideoElement = {
  readonly currentTime: number
  readonly videoWidth: number
  readonly videoHeight: number
  readonly ownerDocument: { createElement(name: 'canvas'): CanvasElement }
  getVideoPlaybackQuality(): { readonly totalVideoFrames: number }
}

type CanvasElement = {
  width: number
  height: number
  getContext(kind: '2d'): {
    drawImage(image: VideoElement, x: number, y: number, width?: number, height?: number): void
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray }
  }
}

/** Runs in the page, so it can use nothing from outside itself. */
function readPlayback(element: unknown): Playback {
  const video = element as VideoElement
  const { currentTime, videoWidth: width, videoHeight: height } = video
  const { totalVideoFrames: decodedFrames } = video.getVideoPlaybackQuality()
  if (width === 0) return { currentTime, decodedFrames, barPosition: undefined }

  const canvas = Object.assign(video.ownerDocument.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  context.drawImage(video, 0, 0)
  const { data } = context.getImageData(0, height / 2, width, 1)
  const bright = Array.from({ length: width }, (_, x) => data[4 * x] ?? 0).findIndex(red => red > 128)
  return { currentTime, decodedFrames, barPosition: bright < 0 ? undefined : bright / width }
}

/** Runs in the page. 24 bits, 8 in a row, white for 1. */
function readClock(element: unknown): number {
  const video = element as VideoElement
  const canvas = Object.assign(video.ownerDocument.createElement('canvas'), { width: 8, height: 3 })
  const context = canvas.getContext('2d')
  context.drawImage(video, 0, 0, 8, 3)
  const { data } = context.getImageData(0, 0, 8, 3)
  return Array.from({ length: 24 }, (_, bit) => data[4 * bit] ?? 0).reduce(
    (time, red) => 2 * time + (red > 128 ? 1 : 0),
    0,
  )
}
