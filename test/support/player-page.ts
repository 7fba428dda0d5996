import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { projectRoot } from '../../scripts/project.mjs'
import { peerPath } from '../peers/peers.ts'
import { certificates, type Website } from './website.ts'

/** Players that nobody here wrote; `native` is the browser's own. */
export type PlayerName = 'hls.js' | 'shaka' | 'dash.js' | 'native'

export type PlayerSettings = Readonly<Record<string, unknown>> | string

/** What the page has seen so far. */
export type PlayerState = {
  readonly errors: readonly string[]
  /** How often the picture stood still after it had moved. */
  readonly stalls: number
  /** Seconds from one picture that was shown to the next, at most. */
  readonly jump: number
  /** Milliseconds from when each picture was made, by its own clock, to when it was shown. */
  readonly ages: readonly number[]
  readonly rates: readonly number[]
  /** Of the picture, one after the other: 320x180. */
  readonly sizes: readonly string[]
  /** Of what stands between the pictures: the scheme and the letters of each. */
  readonly messages: readonly string[]
  readonly currentTime: number
  /** Of the media element. */
  readonly readyState: number
  /** Seconds from where to where. */
  readonly buffered: readonly (readonly [from: number, to: number])[]
  readonly width: number
  readonly height: number
  readonly totalVideoFrames: number
  readonly droppedVideoFrames: number
  /** Bytes of sound that were decoded. */
  readonly heard: number
}

const modules = join(projectRoot, 'node_modules')
const files: Readonly<Record<string, string>> = {
  'page.html': join(import.meta.dirname, 'player-page.html'),
  'hls.mjs': join(modules, 'hls.js', 'dist', 'hls.mjs'),
  'shaka.js': join(modules, 'shaka-player', 'dist', 'shaka-player.compiled.js'),
  'dash.js': join(modules, 'dashjs', 'dist', 'modern', 'umd', 'dash.all.min.js'),
}

/** A browser that plays without being clicked on, and does not slow down pages that nobody sees. */
export function startPlayerBrowser(): Promise<Browser> {
  const args = ['--autoplay-policy=no-user-gesture-required', '--disable-background-timer-throttling']
  return chromium.launch({ executablePath: peerPath('chromium'), chromiumSandbox: false, args })
}

/**
 * Without what hls.js tells of busy machines and goes on from: an update took longer than 0.8 s, so it asks again; it
 * gave a request up; a whole segment came when it had all parts of it.
 */
export function faults(errors: readonly string[]): readonly string[] {
  return errors.filter(error => !/^(networkError (\w+TimeOut|aborted)|mediaError bufferAppendNoProgress)$/.test(error))
}

/** One player in a page beside the server, as a web site would have it. Open it with `await using`. */
export class PlayerPage implements AsyncDisposable {
  readonly page: Page
  readonly #context: BrowserContext
  /** For people. */
  #playing = 'nothing'

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
  }

  static async open(browser: Browser, server: Website): Promise<PlayerPage> {
    const context = await browser.newContext(certificates)
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    await page.route('**/_player/*', route => {
      const path = files[new URL(route.request().url()).pathname.slice('/_player/'.length)]
      return path === undefined ? route.abort() : route.fulfill({ path })
    })
    await page.goto(server.httpUrl('/_player/page.html'))
    return new PlayerPage(context, page)
  }

  /**
   * Begin to play a URL with the player's own settings, where `settings` does not say otherwise.
   *
   * @param settings Or a script: of hls.js one that is given `Hls` and returns a player, of Shaka one that is given `player` and
   *   `url`, and plays.
   */
  async play(player: PlayerName, url: string, settings: PlayerSettings = {}): Promise<void> {
    this.#playing = `${player} of ${new URL(url).pathname}`
    await this.page.evaluate(`play(${JSON.stringify(player)}, ${JSON.stringify(url)}, ${JSON.stringify(settings)})`)
  }

  state(): Promise<PlayerState> {
    return this.page.evaluate('state()')
  }

  /** Wait until the picture, or sound without one, has gone on by `seconds`. Fails with what the player says. */
  async untilAdvanced(seconds: number, timeoutMs = 60_000): Promise<PlayerState> {
    const { currentTime } = await this.state()
    await this.#until(`video.currentTime > ${currentTime + seconds} && !video.paused`, timeoutMs)
    return this.state()
  }

  /** Wait until so many pictures have been decoded: a player that leaves time out shows fewer than there are. */
  async untilDecoded(pictures: number, timeoutMs = 60_000): Promise<PlayerState> {
    await this.#until(`video.getVideoPlaybackQuality().totalVideoFrames >= ${pictures}`, timeoutMs)
    return this.state()
  }

  /** Wait until the picture, or sound without one, has gone on for a second, or the player has told of an error. */
  async untilBegun(timeoutMs = 60_000): Promise<PlayerState> {
    const { currentTime } = await this.state()
    await this.#until(`video.currentTime > ${currentTime + 1} || report.errors.length > 0`, timeoutMs)
    return this.state()
  }

  /** Wait until the picture has a size. */
  async untilSize(size: string, timeoutMs = 60_000): Promise<void> {
    await this.#until(`report.sizes.at(-1) === ${JSON.stringify(size)}`, timeoutMs)
  }

  /** Wait until so many pictures have been shown that were made after `time`, by their own clocks. */
  async untilMadeAfter(time: number, pictures: number, timeoutMs = 60_000): Promise<void> {
    await this.#until(`Date.now() - report.ages.at(-1) > ${time}`, timeoutMs)
    await this.untilShown(pictures, timeoutMs)
  }

  /** Wait until so many more pictures have been shown. */
  async untilShown(pictures: number, timeoutMs = 60_000): Promise<void> {
    const { ages } = await this.state()
    await this.#until(`report.ages.length >= ${ages.length + pictures}`, timeoutMs)
  }

  /** Wait until the player has left out more than so many seconds, by itself. */
  async untilJumped(seconds: number, timeoutMs = 60_000): Promise<void> {
    await this.#until(`report.jump > ${seconds}`, timeoutMs)
  }

  /** Begin to count again. */
  async forget(): Promise<void> {
    await this.page.evaluate('void forget()')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }

  async #until(expression: string, timeout: number): Promise<void> {
    try {
      await this.page.waitForFunction(expression, undefined, { timeout })
    } catch (cause) {
      const state = await this.state()
      const seen = JSON.stringify({ ...state, ages: state.ages.length, rates: state.rates.at(-1) })
      throw new Error(`Cannot wait for ${expression} in ${this.#playing}: ${seen}`, { cause })
    }
  }
}
