import { type Decoded, defineEntryMap, type NameForm } from '../config/section.ts'
import { type PathPattern, parsePathPattern } from '../core/path-pattern.ts'
import { packagerConfig } from '../packagers/config.ts'
import { dashPathKeys } from '../packagers/dash/config.ts'
import { hlsPathKeys } from '../packagers/hls/config.ts'
import { recordPathKeys } from '../recorder/config.ts'
import { dvrPathKeys } from '../recorder/dvr/config.ts'
import { pullPathKeys, relayConfig } from '../relay/config.ts'
import { playConfig } from './play-config.ts'
import { publishConfig } from './publish-config.ts'

const pathPattern: NameForm<PathPattern> = {
  form: 'a path pattern such as live/** or cam-*/main, where * stands for any text in a segment and ** for segments',
  placeholder: 'PATTERN',
  parse: parsePathPattern,
}

/**
 * The `paths:` map: settings of the streams whose name fits a pattern. A key is the very field of the section where it
 * holds for all streams; each feature's keys stand beside the feature, and only here are they seen together.
 */
export const pathsConfig = defineEntryMap(
  'Settings of some streams. The first pattern that fits a name counts; what it leaves out is as for all streams',
  pathPattern,
  {
    ...playConfig.properties,
    ...publishConfig.properties,
    ...recordPathKeys,
    ...dvrPathKeys,
    push: relayConfig.properties.to,
    ...pullPathKeys,
    ...packagerConfig.properties,
    ...hlsPathKeys,
    ...dashPathKeys,
  },
)

export type PathsConfig = Decoded<typeof pathsConfig>
