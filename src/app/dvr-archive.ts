import { readFileSync } from 'node:fs'
import { S3ObjectStore } from '../clients/s3/s3-object-store.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError, reasonOf } from '../core/errors.ts'
import { Bucket } from '../recorder/dvr/bucket/bucket.ts'
import type { DvrConfig } from '../recorder/dvr/config.ts'

type ArchiveConfig = DvrConfig['archive']

/**
 * The bucket where segments are archived; `undefined` if there is none.
 *
 * @throws {ConfigError} If there is a key without the other, or its file cannot be read.
 */
export function createArchive(config: ArchiveConfig, parts: { clock: Clock; log: Log }): Bucket | undefined {
  if (config.bucket === '') return undefined
  const { bucket, region, pathStyle, accessKey, timeout, prefix } = config
  const secretKey = secretKeyOf(config)
  const endpoint = new URL(config.endpoint)
  const store = new S3ObjectStore({ endpoint, region, bucket, pathStyle, accessKey, secretKey, timeout })
  return new Bucket({ ...parts, store, prefix })
}

function secretKeyOf({ accessKey, secretKey, secretKeyFile }: ArchiveConfig): string {
  if (secretKeyFile !== '' && secretKey !== '') throw wrong('secretKeyFile', 'dvr.archive.secretKey must be empty then')
  const secret = secretKeyFile === '' ? secretKey : readSecret(secretKeyFile)
  if (accessKey !== '' && secret === '') throw wrong('accessKey', 'dvr.archive.secretKey must be there too, is empty')
  if (accessKey === '' && secret !== '') throw wrong('secretKey', 'dvr.archive.accessKey must be there too, is empty')
  return secret
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw wrong('secretKeyFile', `the file cannot be read: ${reasonOf(cause)}`, { cause })
  }
}

function wrong(key: string, rule: string, options?: ErrorOptions): ConfigError {
  return new ConfigError(`dvr.archive.${key}`, `Cannot use dvr.archive.${key}: ${rule}`, options)
}
