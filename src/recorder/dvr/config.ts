import { boolean } from '../../config/boolean.ts'
import { byteSize } from '../../config/byte-size.ts'
import { duration } from '../../config/duration.ts'
import { defineField, type Field, type FieldOptions, oneText } from '../../config/field.ts'
import { integer } from '../../config/integer.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { text } from '../../config/text.ts'

/** A key whose value is the URL of a server. What could be secret in it is not allowed. */
function httpUrl(options: FieldOptions<string>): Field<string> {
  const form = oneText('a URL such as https://host:9000', { type: 'string' }, written => {
    const url = URL.parse(written)
    const isPlain = url !== null && url.username + url.password + url.search + url.hash === ''
    return isPlain && /^https?:$/.test(url.protocol) ? { value: written } : undefined
  })
  return defineField(form, options)
}

/** A key whose value is the beginning of the keys of objects. */
function keyPrefix(options: FieldOptions<string>): Field<string> {
  const form = oneText("the beginning of keys such as dvr/, without ! ' ( ) and *", { type: 'string' }, written => {
    return /[!'()*\p{Cc}]/u.test(written) ? undefined : { value: written }
  })
  return defineField(form, options)
}

/** The `dvr:` section. */
export const dvrConfig = defineSection('DVR: streams that can be rewound', {
  all: boolean({ default: false, description: 'Keep the segments of every stream on disk', effect: 'now' }),
  dir: text({ default: 'dvr', description: 'Folder for the segments; made when it is missing' }),
  maxAge: duration({
    default: '4h',
    description: 'Segments of a stream that are older are removed; 0 for no limit',
    effect: 'now',
  }),
  maxSize: byteSize({
    default: '0',
    description: 'The oldest segments of a stream are removed while it has more bytes; 0 for no limit',
    effect: 'now',
  }),
  clipMaxDuration: duration({
    default: '1h',
    minimum: '1s',
    maximum: '12h',
    description: 'Longest clip that may be asked for',
  }),
  maxClips: integer({
    default: 16,
    minimum: 0,
    description: 'Clips that may be cut and sent at once; 0 for none at all',
  }),
  maxRewinders: integer({
    default: 64,
    minimum: 0,
    description: 'Viewers who may play from the past over FLV, TS and fMP4 at once; 0 for none at all',
  }),
  archive: defineSection('DVR: archive in a bucket of Amazon S3, or of a server that speaks its language', {
    bucket: text({ default: '', description: 'Name of the bucket; "" for no archive' }),
    endpoint: httpUrl({
      default: 'https://s3.amazonaws.com',
      description: 'URL of the server, such as https://s3.eu-central-1.amazonaws.com; the bucket is no part of it',
    }),
    region: text({ default: 'us-east-1', description: 'Region that requests are signed for' }),
    prefix: keyPrefix({ default: '', description: 'What the keys of all objects begin with, such as dvr/' }),
    pathStyle: boolean({
      default: true,
      description: 'The bucket is the first part of the path of URLs; if not, of the host name',
    }),
    accessKey: text({ default: '', description: 'Access key; "" for requests that are not signed', secret: true }),
    secretKey: text({ default: '', description: 'Secret key that belongs to the access key', secret: true }),
    secretKeyFile: text({ default: '', description: 'File with the secret key, instead of dvr.archive.secretKey' }),
    timeout: duration({ default: '30s', minimum: '100ms', description: 'Time for one request and its whole answer' }),
    all: boolean({
      default: true,
      description: 'Archive the segments of every stream that has DVR, as soon as there is a bucket',
      effect: 'next',
    }),
    maxAge: duration({
      default: '0',
      description: 'Archived segments that are older are removed from the bucket, by the hour; 0 for no limit',
      effect: 'now',
    }),
    objectDuration: duration({
      default: '1m',
      minimum: '1s',
      maximum: '1h',
      description: 'Segments of so long are one object: shorter ones are safe sooner, longer ones are fewer requests',
      effect: 'now',
    }),
  }),
})

export type DvrConfig = Decoded<typeof dvrConfig>

/** The keys of a path. */
export const dvrPathKeys = {
  dvr: dvrConfig.properties.all,
  dvrMaxAge: dvrConfig.properties.maxAge,
  dvrMaxSize: dvrConfig.properties.maxSize,
  dvrArchive: dvrConfig.properties.archive.properties.all,
  dvrArchiveMaxAge: dvrConfig.properties.archive.properties.maxAge,
  dvrArchiveObjectDuration: dvrConfig.properties.archive.properties.objectDuration,
} as const

/** What holds for one stream. */
export type DvrSettings = {
  readonly dvr: boolean
  readonly dvrMaxAge: DvrConfig['maxAge']
  readonly dvrMaxSize: DvrConfig['maxSize']
  readonly dvrArchive: boolean
  readonly dvrArchiveMaxAge: DvrConfig['archive']['maxAge']
  readonly dvrArchiveObjectDuration: DvrConfig['archive']['objectDuration']
}

/** What holds where no path says otherwise. */
export function dvrSettings({ all, maxAge, maxSize, archive }: DvrConfig): DvrSettings {
  return {
    ...{ dvr: all, dvrMaxAge: maxAge, dvrMaxSize: maxSize },
    ...{ dvrArchive: archive.all, dvrArchiveMaxAge: archive.maxAge, dvrArchiveObjectDuration: archive.objectDuration },
  }
}
