import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { decodeAudioSpecificConfig } from './audio-specific-config.ts'
import { aacFrameSamples } from './frame-samples.ts'

/** "FFmpeg": written by FFmpeg 5.1.9's aac encoder. The others: worked out by hand from ISO/IEC 14496-3 §1.6.2.1. */
const vectors = [
  { name: 'FFmpeg', config: '119056e500', samples: 1024 },
  { name: 'cut behind the channels', config: '1210', samples: 1024 },
  { name: 'frames of 960', config: '1214', samples: 960 },
  { name: 'SBR in front', config: '2b920800', samples: 2048 },
  { name: 'SBR behind', config: '139056e5a0', samples: 2048 },
  { name: 'SBR at the rate of the core', config: '2a121000', samples: 1024 },
  { name: 'low delay', config: 'b98c00', samples: 480 },
  { name: 'USAC', config: 'f94640', samples: undefined },
]

for (const { name, config, samples } of vectors) {
  test(`aac frame samples: ${name}`, () => {
    assert.equal(aacFrameSamples(decodeAudioSpecificConfig(hex(config))), samples)
  })
}
