const reasons: Readonly<Record<string, string>> = {
  ERR_FILE_REMOVED: 'the file was removed',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the file name is longer than the file system takes',
  EFBIG: 'the file is larger than the file system takes',
  EACCES: 'the folder cannot be written to: permission denied',
  EPERM: 'the folder cannot be written to: operation not permitted',
  EROFS: 'the folder cannot be written to: the file system is read-only',
  ENOTDIR: 'the folder cannot be made: its path leads through a file',
  EEXIST: 'the folder cannot be made: its path is that of a file',
  ENOENT: 'the folder was removed',
  EMFILE: 'the server has too many open files',
  ENFILE: 'the machine has too many open files',
  EIO: 'the disk has an input/output error',
}

/** Why a file could not be written, in words for the operator. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  return reasons[code] ?? error.message
}
