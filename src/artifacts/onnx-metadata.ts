// Reads what the exporter wrote about an encoder into its ONNX model: ModelProto.metadata_props, field 14, a repeated
// StringStringEntryProto {key = 1, value = 2}. All other fields, the weights among them, are skipped unread.
import protobuf from 'protobufjs/minimal.js';
import { ArtifactError } from './artifact-error.ts';

const METADATA_PROPS = 14;
const LENGTH_DELIMITED = 2;

/**
 * metadata_props of a serialised ONNX model, by key.
 * @throws ArtifactError where the bytes are no whole protobuf message.
 */
export function readOnnxMetadata(onnx: Uint8Array): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  const reader = protobuf.Reader.create(onnx);
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === METADATA_PROPS && (tag & 7) === LENGTH_DELIMITED) {
        const [key, value] = readEntry(reader);
        metadata.set(key, value);
      } else {
        reader.skipType(tag & 7);
      }
    }
  } catch (error) {
    throw new ArtifactError(`a damaged ONNX model: ${error instanceof Error ? error.message : String(error)}`);
  }
  return metadata;
}

function readEntry(reader: protobuf.Reader): [key: string, value: string] {
  const length = reader.uint32();
  const end = reader.pos + length;
  let key = '';
  let value = '';
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = reader.string();
    else reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new RangeError('an entry of metadata_props runs over its end');
  return [key, value];
}
