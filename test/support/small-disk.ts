import { open } from 'node:fs/promises'
import { type Disk, type DiskFile, machineDisk } from '../../src/recorder/file-writer.ts'

/** The disk of the machine with room for `capacity` bytes per file. As Linux does, it takes what fits, then fails. */
export function smallDisk(capacity: number): Disk {
  return { ...machineDisk, open: async (path, flags) => limit(await open(path, flags), capacity) }
}

function limit(file: DiskFile, capacity: number): DiskFile {
  const write = async (bytes: Uint8Array, offset: number, length: number, position: number) => {
    const room = capacity - position
    if (room <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    return file.write(bytes, offset, Math.min(length, room), position)
  }
  return {
    write,
    stat: () => file.stat(),
    truncate: size => file.truncate(size),
    sync: () => file.sync(),
    close: () => file.close(),
  }
}
