import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'

const rate = 25
const [columns, rows] = [8, 3]

/** FFmpeg publishes pictures that tell when they were made, with a tone, one key frame a second. */
export function publishTime(url: string, size: '320x180' | '640x360' = '320x180'): Program {
  const [width = 0, height = 0] = size.split('x').map(Number)
  const picture = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-video_size', size, '-framerate', `${rate}`]
  const live = ['-use_wallclock_as_timestamps', '1', '-fflags', 'nobuffer', '-probesize', '32', '-i', 'pipe:0']
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=sample_rate=48000']
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', `${rate}`]
  const encoder = [...h264, '-pix_fmt', 'yuv420p', '-fps_mode', 'passthrough', '-c:a', 'aac', '-ac', '2']
  const args = ['-v', 'error', ...picture, ...live, ...sound, ...encoder, '-flush_packets', '1', '-f', 'flv', url]
  const program = startPeer('ffmpeg', args)
  const timer = setInterval(() => {
    if (program.stdin.writableLength === 0) program.stdin.write(pictureOf(Date.now(), width, height))
  }, 1000 / rate)
  void program.ended.finally(() => clearInterval(timer))
  return program
}

/** 24 bits of milliseconds, 8 in a row, white for 1. */
function pictureOf(time: number, width: number, height: number): Uint8Array {
  const picture = new Uint8Array(width * height)
  for (let bit = 0; bit < columns * rows; bit++) {
    if (((time >>> 0) & 0xffffff & (1 << (columns * rows - 1 - bit))) === 0) continue
    const left = ((bit % columns) * width) / columns
    const top = (Math.floor(bit / columns) * height) / rows
    for (let y = top; y < top + height / rows; y++)
      picture.fill(255, y * width + left, y * width + left + width / columns)
  }
  return picture
}
