import type { PlaySettings, PublishSettings, SettingsSource } from '../../src/contracts/path-settings.ts'

const play: PlaySettings = {
  noDelay: true,
  chunkSize: 60_000,
  outAckSize: 2_500_000,
  startAtZero: false,
  sendTimeout: 10_000,
  wait: 0,
  maxWait: 60_000,
}

const publish: PublishSettings = {
  firstMediaTimeout: 20_000,
  silenceTimeout: 10_000,
  inAckSize: 2_500_000,
  timestamps: 'repair',
  interleaveWindow: 0,
  parseSps: true,
  reduceSequenceHeaders: true,
}

/** The same for every stream: what the test says, else what suits most tests. */
export function playSettingsOfAll(settings: Partial<PlaySettings> = {}): SettingsSource<PlaySettings> {
  return ofAll({ ...play, ...settings })
}

export function publishSettingsOfAll(settings: Partial<PublishSettings> = {}): SettingsSource<PublishSettings> {
  return ofAll({ ...publish, ...settings })
}

/** The same for every stream, until the test says otherwise. */
export class ChangingSettings<Settings> implements SettingsSource<Settings> {
  general: Settings

  constructor(general: Settings) {
    this.general = general
  }

  of(): Settings {
    return this.general
  }

  set(changed: Partial<Settings>): void {
    this.general = { ...this.general, ...changed }
  }
}

/** The same for every stream. */
export function ofAll<Settings>(general: Settings): SettingsSource<Settings> {
  return { general, of: () => general }
}
