declare module 's3rver' {
  type ListOptions = { readonly prefix?: string; readonly delimiter?: string; readonly maxKeys?: number }

  type ObjectList = {
    readonly objects: readonly { readonly key: string }[]
    readonly commonPrefixes: readonly string[]
    readonly isTruncated: boolean
  }

  type ObjectFiles = {
    deleteObject: (bucket: string, key: string) => Promise<void>
    listObjects: (bucket: string, options: ListOptions) => Promise<ObjectList>
  }

  import type { AddressInfo } from 'node:net'

  export default class S3rver {
    constructor(options: {
      readonly address: string
      readonly port: number
      readonly directory: string
      readonly silent: boolean
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    run(): Promise<AddressInfo>
    close(): Promise<void>
    readonly store: ObjectFiles
    readonly httpServer: import('node:http').Server
  }
}
