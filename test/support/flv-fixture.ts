import { readFileSync } from 'node:fs'

/** One of the files of test/fixtures/flv, such as `h264-aac`. */
export function readFlvFixture(name: string): Uint8Array {
  const text = readFileSync(new URL(`../fixtures/flv/${name}.flv.base64`, import.meta.url), 'latin1')
  return Buffer.from(text, 'base64')
}
