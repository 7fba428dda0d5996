import { authConfig } from '../auth/config.ts'
import type { Decoded } from '../config/section.ts'
import { defineSection } from '../config/section.ts'
import { hooksConfig } from '../hooks/config.ts'
import { eventsConfig } from '../hooks/journal/config.ts'
import { proxyConfig } from '../listeners/proxy-config.ts'
import { packagerConfig } from '../packagers/config.ts'
import { dashConfig } from '../packagers/dash/config.ts'
import { hlsConfig } from '../packagers/hls/config.ts'
import { recordConfig } from '../recorder/config.ts'
import { dvrConfig } from '../recorder/dvr/config.ts'
import { relayConfig } from '../relay/config.ts'
import { httpConfig } from '../servers/http/config.ts'
import { rtmpConfig } from '../servers/rtmp/config.ts'
import { srtConfig } from '../servers/srt/config.ts'
import { storeConfig } from '../store/config.ts'
import { hubConfig } from './hub-config.ts'
import { logConfig } from './log-config.ts'
import { pathsConfig } from './paths-config.ts'
import { playConfig } from './play-config.ts'
import { publishConfig } from './publish-config.ts'
import { streamsConfig } from './stream-declaration.ts'

/** Everything that can be configured. Each feature keeps its own section; only here are they seen together. */
export const appConfig = defineSection('Sluice', {
  http: httpConfig,
  rtmp: rtmpConfig,
  srt: srtConfig,
  proxyProtocol: proxyConfig,
  hub: hubConfig,
  auth: authConfig,
  publish: publishConfig,
  play: playConfig,
  record: recordConfig,
  dvr: dvrConfig,
  relay: relayConfig,
  packager: packagerConfig,
  hls: hlsConfig,
  dash: dashConfig,
  events: eventsConfig,
  hooks: hooksConfig,
  log: logConfig,
  store: storeConfig,
  paths: pathsConfig,
  streams: streamsConfig,
})

export type AppConfig = Decoded<typeof appConfig>
