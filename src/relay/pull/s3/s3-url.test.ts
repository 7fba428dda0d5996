import assert from 'node:assert/strict'
import { test } from 'vitest'
import { UrlError } from '../../../core/errors.ts'
import { parseS3Url, type S3Url } from './s3-url.ts'

const usual = { region: 'us-east-1', pathStyle: true, accessKey: '', secretKey: '', loops: false }
const amazon = 'https://s3.us-east-1.amazonaws.com/'

for (const [text, expected] of [
  ['s3://bucket/film.mp4', { bucket: 'bucket', key: 'film.mp4' }],
  [
    'S3://my.bucket-1/a/b%20c/100%25.ts?loop=true',
    { bucket: 'my.bucket-1', key: 'a/b c/100%.ts', loops: true, shown: 's3://my.bucket-1/a/b%20c/100%25.ts?loop=true' },
  ],
  [
    's3://bucket/x.ts?region=eu-central-1',
    { key: 'x.ts', region: 'eu-central-1', endpoint: 'https://s3.eu-central-1.amazonaws.com/' },
  ],
  [
    's3://bucket/x.ts?endpoint=http://minio:9000&pathStyle=false&accessKey=AK&secretKey=a/b+c%26d&loop=false',
    {
      ...{ key: 'x.ts', endpoint: 'http://minio:9000/', pathStyle: false, accessKey: 'AK', secretKey: 'a/b+c&d' },
      shown: 's3://bucket/x.ts?endpoint=http://minio:9000&pathStyle=false&loop=false&…',
    },
  ],
] as const) {
  test(`s3 url: ${text} taken apart`, () => {
    const { endpoint, ...url } = parseS3Url(text)
    const facts = { ...usual, bucket: 'bucket', endpoint: amazon, shown: text, ...expected }
    assert.deepEqual({ ...url, endpoint: endpoint.href }, facts)
  })
}

const wrong: readonly (readonly [text: string, rule: RegExp])[] = [
  ['s3://bucket', /the form s3:\/\/BUCKET\/KEY/],
  ['s3://bucket/', /the form/],
  ['s3:///key', /the form/],
  ['s3://user:secret@bucket/key', /the form/],
  ['s3://bucket/../other/key', /segments that are empty/],
  ['s3://bucket/a/%2e%2e/key', /segments that are empty/],
  ['s3://bucket//key', /segments that are empty/],
  ['s3://bucket/a%00b', /name an object/],
  ['s3://bucket/100%.ts', /written %25/],
  ['s3://bucket/key?loop=yes', /loop must be true or false$/],
  ['s3://bucket/key?accessKey=AK', /accessKey and secretKey must be there both/],
  ['s3://bucket/key?secretKey=secret', /accessKey and secretKey must be there both/],
  ['s3://bucket/key?accessKey=AK&secretKey=one&secret', /parameters must be among region, endpoint/],
  ['s3://bucket/key?endpoint=ftp://host', /endpoint must be the URL of a server/],
  ['s3://bucket/key?endpoint=http://user:secret@host', /endpoint must be the URL/],
  ['s3://bucket/key?region=eu/1', /region must be a name/],
]

for (const [text, rule] of wrong) {
  test(`s3 url: ${text} is none, and no secret is told`, () => {
    assert.throws(
      () => parseS3Url(text),
      (error): error is UrlError => {
        assert.ok(error instanceof UrlError)
        assert.match(error.message, rule)
        return !/secret(?!Key)|one/.test(error.message)
      },
    )
  })
}

test('s3 url: the loop of an object is part of what is shown, its keys are not', () => {
  const url: S3Url = parseS3Url('s3://bucket/key?secretKey=hush&accessKey=AK&loop=true')
  assert.equal(url.shown, 's3://bucket/key?loop=true&…')
})
