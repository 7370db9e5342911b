// Another program that reads encoders: ONNX Runtime and nothing of pipe. In (argument): a file of JSON, a list of { model, images, shape }; out: what
// it found in each, as JSON.
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const found = [];
for (const { model, images, shape } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const session = await InferenceSession.create(model);
  const { features } = await session.run({ images: new Tensor('uint8', new Uint8Array(readFileSync(images)), shape) });
  found.push({
    features: [...features.data],
    shape: features.dims,
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
  });
  await session.release();
}
process.stdout.write(JSON.stringify(found));
