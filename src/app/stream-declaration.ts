import { streamAccessConfig } from '../auth/stream-access.ts'
import { boolean } from '../config/boolean.ts'
import { type DocumentReading, readDocument } from '../config/document.ts'
import {
  type Decoded,
  defineDocumentMap,
  defineList,
  defineOverrides,
  defineSection,
  withNotYet,
  withRule,
} from '../config/section.ts'
import { text } from '../config/text.ts'
import { textList } from '../config/text-list.ts'
import { isStreamName } from '../hub/stream-name.ts'
import { inputUrl, pushUrl, slateFile } from '../relay/url-field.ts'
import { failbackConfig, inputKeys, onDemandKeys } from '../supervisor/config.ts'
import { inputProblems } from './input-rules.ts'
import { pathsConfig } from './paths-config.ts'
import { outputsConfig } from './stream-outputs.ts'

const {
  push: _push,
  pull: _pull,
  pullOnDemand: _pullOnDemand,
  pullLinger: _pullLinger,
  ...settings
} = pathsConfig.additionalProperties.properties

/** What can be said of one stream, in the configuration file and through the API alike. */
const streamSection = defineSection('One stream', {
  title: text({ default: '', description: 'Name for people' }),
  description: text({ default: '', description: 'What it is, for people' }),
  tags: textList({ default: [], description: 'Words to find it by' }),
  enabled: boolean({ default: true, description: 'Whether it may be published and played' }),
  inputs: defineList(
    'Where it comes from, the preferred one first; without any, from whoever publishes it',
    {
      url: inputUrl(
        'Where the input comes from; {name}, {app} and {key} stand for those of the stream. publish: waits for a publisher here',
      ),
      ...inputKeys,
    },
    { maxItems: 20, shorthand: 'url' },
  ),
  slate: slateFile('File that is shown again and again while no input works; "" for none'),
  failback: failbackConfig,
  ...onDemandKeys,
  outputs: outputsConfig,
  push: defineList(
    'Other servers that it is sent on to, beside those that hold for its path',
    {
      url: pushUrl('Where it is sent on to; {name}, {app} and {key} stand for those of the stream'),
      enabled: boolean({ default: true, description: 'Whether it is sent there' }),
    },
    { maxItems: 100, shorthand: 'url' },
  ),
  auth: streamAccessConfig,
  settings: defineOverrides('What holds for this stream, over what holds for its path and for all streams', settings),
})

export const streamDeclaration = withRule(withNotYet(streamSection, 'transcode'), ({ inputs }) => inputProblems(inputs))

export type StreamDeclaration = Decoded<typeof streamDeclaration>

/** The `streams:` map. */
export const streamsConfig = defineDocumentMap(
  'Streams that are declared here; the API shows them, and cannot change them',
  {
    form: 'a stream name such as live/test',
    placeholder: 'NAME',
    parse: name => (isStreamName(name) ? name : undefined),
  },
  streamDeclaration,
)

export function readDeclaration(document: unknown): DocumentReading<StreamDeclaration> {
  return readDocument(streamDeclaration, document)
}
