/** One thing that must hold before the server is ready, in words for the operator. */
export type HealthCheck = {
  /** `rtmp.listen`, `recorder` … */
  readonly name: string
  /** `undefined` while all is well, else what is wrong. */
  readonly problem: () => string | undefined
}
