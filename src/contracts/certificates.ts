/** What a TLS server shows and proves itself with, both in PEM. The key is a secret: never logged or shown. */
export type Certificate = {
  /** The certificate, followed by those that it is signed with. */
  readonly cert: string
  readonly key: string
}

/** Where a TLS listener gets its certificate from, now and when there is a newer one. */
export interface CertificateSource {
  readonly current: Certificate
  /** Call `listener` with each certificate that takes the place of the one before. */
  onChange(listener: (certificate: Certificate) => void): void
}
