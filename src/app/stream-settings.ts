import type { MergeSettings, SharedWindow } from '../hub/pump.ts'
import type { StreamSettings } from '../hub/stream-settings.ts'
import type { AdaptiveWindows } from './adaptive-windows.ts'
import type { PlayConfig } from './play-config.ts'
import type { PublishConfig } from './publish-config.ts'

/** What the hub needs to know of the configuration of one stream. */
export function streamSettings(play: PlayConfig, publish: PublishConfig, windows: AdaptiveWindows): StreamSettings {
  return {
    limits: {
      gopBytes: play.gopCacheMaxSize,
      gopTime: play.gopCacheMaxDuration,
      gopFrames: play.gopCacheMaxFrames === 0 ? Number.POSITIVE_INFINITY : play.gopCacheMaxFrames,
      lagBytes: play.maxLagSize,
      lagTime: play.maxLag,
    },
    merge: mergeSettings(play, windows),
    hasGopCache: play.gopCache,
    sendInterval: play.sendMinInterval,
    secureSendInterval: play.minLatency
      ? play.sendMinInterval
      : Math.max(play.sendMinInterval, play.sendMinIntervalTls),
    unwatchedTimeout: publish.noViewersTimeout,
  }
}

/** For how long frames of a stream are collected for one write. */
export function mergeSettings(play: PlayConfig, windows: AdaptiveWindows): MergeSettings {
  if (play.minLatency) return { window: windows.of({ shortest: 0, longest: 0 }), frames: 0, longest: 0 }
  const { mergeWindowShortest: shortest, mergeWindowLongest: longest, mergeWindowFrames: frames } = play
  return { window: windows.of({ shortest, longest }), frames, longest }
}

/** For how long the socket of a stream's publisher rests between two reads. */
export function readWindowOf(play: PlayConfig, publish: PublishConfig, windows: AdaptiveWindows): SharedWindow {
  const { mergedReads, mergedReadWindow } = publish
  const isOff = play.minLatency || mergedReads === 'off'
  const longest = isOff ? 0 : mergedReadWindow
  return windows.of({ shortest: mergedReads === 'on' ? longest : 0, longest })
}
