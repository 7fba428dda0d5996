import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own, also for tests that run at the same time. Open it with `await using`. */
export class TestFolder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async open(name: string): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(join(tmpdir(), `sluice-${name}-`)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true })
  }
}
