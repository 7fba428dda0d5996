import assert from 'node:assert/strict'
import { archiveProfile } from '../../src/formats/flv/flv-profile.ts'
import { tagBodyHeadSize, writeTagBodyHead } from '../../src/formats/flv/frame-to-tag.ts'
import type { TagType } from '../../src/formats/flv/tag-header.ts'
import { TagsToFrames } from '../../src/formats/flv/tags-to-frames.ts'
import type { Frame } from '../../src/media/frame.ts'
import { Timeline } from '../../src/media/timeline.ts'
import { hex } from './protocol-faults.ts'

/** Two configuration records of one encoder, for different sizes: captured from FFmpeg 5.1.9. */
export const avcC = '0142c00affe100176742c00ad9047b0110000003001000000301e0f122648001000568cb83cb20'
export const otherAvcC = '0142c028ffe100176742c028da01e0089f97011000003e90000ea600f1832a01000468ce0fc8'

type PushedTags = {
  readonly tags: TagsToFrames
  readonly pushAll: (type: TagType, timestamp: number, body: string) => readonly Frame[]
  /** For tags of one track. */
  readonly push: (type: TagType, timestamp: number, body: string) => Frame | undefined
}

/** The tags of a publisher, whose bodies are written in hexadecimal. */
export function openTags(): PushedTags {
  const tags = new TagsToFrames(new Timeline())
  const pushAll: PushedTags['pushAll'] = (type, timestamp, body) => tags.push(type, timestamp, hex(body))
  const push: PushedTags['push'] = (type, timestamp, body) => {
    const frames = pushAll(type, timestamp, body)
    assert.ok(frames.length <= 1)
    return frames[0]
  }
  return { tags, push, pushAll }
}

/** The body of the tag that an archive has of a frame. */
export function bodyOf(frame: Frame): Uint8Array {
  const headSize = tagBodyHeadSize(frame, archiveProfile)
  const body = new Uint8Array(headSize + frame.payload.length)
  writeTagBodyHead(frame, archiveProfile, body, 0)
  body.set(frame.payload, headSize)
  return body
}
