import type { SettingsOf } from '../../src/contracts/path-settings.ts'
import type { StreamSettings } from '../../src/hub/stream-settings.ts'

const usual: StreamSettings = {
  limits: { gopBytes: 1e7, gopTime: 1e5, gopFrames: 1e4, lagBytes: 1e7, lagTime: 1e5 },
  merge: { window: { current: 0 }, frames: 0, longest: 0 },
  hasGopCache: true,
  sendInterval: 0,
  secureSendInterval: 0,
  unwatchedTimeout: 0,
}

/** The same settings for every stream: generous limits and no merging, but for what the test says. */
export function settingsOfAll(settings: Partial<StreamSettings> = {}): SettingsOf<StreamSettings> {
  const all = { ...usual, ...settings }
  return () => all
}
