import type { SettingsOf } from '../../src/contracts/path-settings.ts'
import type { StreamSettings } from '../../src/hub/stream-settings.ts'

const usual: StreamSettings = {
  limits: { gopBytes: 1e7, gopTime: 1e5, gopFrames: 1e4, lagBytes: 1e7, lagTime: 1e5 },
  window: { current: 0 },
}

/** The same settings for every stream: generous limits and no merging, but for what the test says. */
export function settingsOfAll(settings: Partial<StreamSettings> = {}): SettingsOf<StreamSettings> {
  const all = { ...usual, window: { current: 0 }, ...settings }
  return () => all
}
