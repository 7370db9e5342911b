// Ten lines of Python and ten of Node.js that use an exported encoder as it lies in its folder. In: sizes, and how an image gets its cluster; out: the
// texts of the two programs. Both read images as bytes, one after the other, and print a line of JSON an image.
import type { EncoderDescription } from './describe-encoder.ts';

export type ExampleSubject = Pick<EncoderDescription, 'image' | 'dimension' | 'categories'> & {
  readonly clusters: object | undefined;
};

type Readout = 'centres' | 'categories' | 'none';

/** Centres before categories: where features with categories were clustered as well, somebody wanted that. */
export const readoutOf = ({ clusters, categories }: ExampleSubject): Readout =>
  clusters !== undefined ? 'centres' : categories !== undefined ? 'categories' : 'none';

const lines = (text: readonly (string | false)[]): string =>
  `${text.filter((line): line is string => line !== false).join('\n')}\n`;

export function pythonExample(subject: ExampleSubject): string {
  const readout = readoutOf(subject);
  const cluster = {
    centres: '((row - centres) ** 2).sum(axis=1).argmin()',
    categories: `row[:${subject.categories}].argmax()`,
    none: '',
  }[readout];
  return lines([
    '# Usage: python3 example.py images.raw. Needs: pip install onnxruntime numpy',
    'import json, pathlib, sys',
    'import numpy, onnxruntime',
    '',
    'folder = pathlib.Path(__file__).parent',
    `images = numpy.fromfile(sys.argv[1], numpy.uint8).reshape(-1, ${subject.image.join(', ')})`,
    readout === 'centres' && 'centres = numpy.array(json.loads((folder / "centres.json").read_text()))',
    'session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), providers=["CPUExecutionProvider"])',
    'for row in session.run(["features"], {"images": images})[0]:',
    readout !== 'none' && `    cluster = int(${cluster})`,
    `    print(json.dumps({${readout === 'none' ? '' : '"cluster": cluster, '}"features": row.tolist()}))`,
  ]);
}

export function nodeExample(subject: ExampleSubject): string {
  const { image, dimension, categories } = subject;
  const readout = readoutOf(subject);
  const bytes = image.reduce((product, side) => product * side, 1);
  const scores = {
    centres: 'centres.map((centre) => -centre.reduce((sum, value, d) => sum + (row[d] - value) ** 2, 0))',
    categories: `row.slice(0, ${categories})`,
    none: '',
  }[readout];
  return lines([
    '// Usage: node example.mjs images.raw. Needs: npm install onnxruntime-node',
    "import { readFileSync } from 'node:fs';",
    "import { InferenceSession, Tensor } from 'onnxruntime-node';",
    '',
    'const file = (name) => readFileSync(new URL(name, import.meta.url));',
    'const images = new Uint8Array(readFileSync(process.argv[2]));',
    readout === 'centres' && "const centres = JSON.parse(file('centres.json'));",
    "const session = await InferenceSession.create(file('encoder.onnx'));",
    `const { features } = await session.run({ images: new Tensor('uint8', images, [images.length / ${bytes}, ${image.join(', ')}]) });`,
    `for (let at = 0; at < features.data.length; at += ${dimension}) {`,
    `  const row = [...features.data.subarray(at, at + ${dimension})];`,
    readout !== 'none' && `  const scores = ${scores};`,
    `  console.log(JSON.stringify({ ${readout === 'none' ? '' : 'cluster: scores.indexOf(Math.max(...scores)), '}features: row }));`,
    '}',
  ]);
}
