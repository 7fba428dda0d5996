import Type from 'typebox'

/** Of a publisher that sends a container, over whatever protocol. */
export const faultsSchema = Type.Object(
  {
    continuityErrors: Type.Integer({ description: 'Times that packets were missing' }),
    transportErrors: Type.Integer({ description: 'Packets that their sender, or the network, says are wrong' }),
    scrambledPackets: Type.Integer({ description: 'Packets whose payload is encrypted' }),
    damagedUnits: Type.Integer({ description: 'Access units, PES packets and tables that were left out' }),
    skippedBytes: Type.Integer({ description: 'Bytes that belonged to nothing' }),
  },
  {
    description:
      'What was not as it should be in the MPEG-TS or Matroska that is sent; absent for protocols that have none',
  },
)
