import type { StreamSettings } from '../hub/stream-settings.ts'
import type { AdaptiveWindows } from './adaptive-windows.ts'
import type { PlayConfig } from './play-config.ts'

/** What the hub needs to know of the configuration of one stream. */
export function streamSettings(play: PlayConfig, windows: AdaptiveWindows): StreamSettings {
  return {
    limits: {
      gopBytes: play.gopCacheMaxSize,
      gopTime: play.gopCacheMaxDuration,
      gopFrames: play.gopCacheMaxFrames,
      lagBytes: play.maxLagSize,
      lagTime: play.maxLag,
    },
    window: windows.of({ shortest: play.mergeWindowShortest, longest: play.mergeWindowLongest }),
  }
}
