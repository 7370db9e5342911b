// README.md of an exported encoder. In: its description; out: Markdown, which says nothing that the run's record, the model or the rule of a stage
// does not. Pure.
import type { EncoderDescription, HistoryStep } from './describe-encoder.ts';
import { readoutOf } from './examples.ts';

/** Columns of a line of code, where it can be broken. */
const COLUMNS = 100;

export function encoderReadme(description: EncoderDescription): string {
  const { found, image, dimension, run } = description;
  const [height, width, channels] = image;
  const { step, stage } = found.step;
  return [
    `# ${step}`,
    `An image encoder: from ${height} × ${width} images of ${channels} channel${channels === 1 ? '' : 's'} to ${dimension} numbers each. It is what the step ${code(step)}, ${code(stage)}, of the pipeline ${code(run.pipeline.name)} gave.`,
    ...(run.pipeline.doc.trim() === '' ? [] : [quote(run.pipeline.doc)]),
    table(
      ['file', 'holds'],
      [
        [code('encoder.onnx'), 'the network as ONNX: weights and preprocessing are inside'],
        ...(description.clusters === undefined
          ? []
          : [[code('centres.json'), 'the centres of the clusters: a list of lists of numbers']]),
        [
          `${code('example.py')}, ${code('example.mjs')}`,
          'the whole way from images to features, in Python and in Node.js',
        ],
        [code('export.json'), 'which encoder of which run this is, and the SHA-256 of each file here'],
      ],
    ),
    ...inputAndOutput(description),
    ...usage(description),
    ...clusters(description),
    ...origin(description),
    '## Licence',
    `None is stated here. ${code('pipe')} does not know under which terms the images, or a network that the training began with, may be used; whoever passes this folder on says so.\n`,
  ].join('\n\n');
}

function inputAndOutput({ image, dimension, says, parts, categories }: EncoderDescription): readonly string[] {
  return [
    '## What goes in, what comes out',
    table(
      ['', 'name', 'type', 'shape'],
      [
        ['input', code('images'), 'uint8', code(`[batch, ${image.join(', ')}]`)],
        ['output', code('features'), 'float32', code(`[batch, ${dimension}]`)],
      ],
    ),
    `The batch may have any length. Images are bytes from 0 to 255 as decoders give them, rows from the top${image[2] === 3 ? ', red, green, blue' : ''}${says.images === undefined ? '' : ` (the model says: ${code(says.images)})`}. Nothing is to be scaled or subtracted before, for the model does it${says.preprocessing === undefined ? '' : `: ${code(says.preprocessing)}`}.`,
    featuresText(parts, categories, dimension),
  ];
}

function featuresText(parts: EncoderDescription['parts'], categories: number | undefined, dimension: number): string {
  const rest = dimension - (categories ?? 0);
  const meaning =
    categories === undefined
      ? 'Images that the encoder sees as alike have features that point the same way.'
      : `The first ${categories} numbers of a row are the scores of the categories${rest === 0 ? '' : `, the other ${rest} tell images apart`}.`;
  if (parts === undefined) return meaning;
  const lengths =
    parts.length === 1
      ? 'Each row has Euclidean length 1, so the product of two rows is their cosine.'
      : `Each of the two parts of a row has Euclidean length 1.`;
  return `${meaning} ${lengths}`;
}

function usage({ image, says }: EncoderDescription): readonly string[] {
  const [height, width, channels] = image;
  const mode = channels === 1 ? 'L' : channels === 3 ? 'RGB' : undefined;
  return [
    '## Use',
    fence(
      [
        'pip install onnxruntime numpy && python3 example.py images.raw',
        'npm install onnxruntime-node && node example.mjs images.raw',
      ].join('\n'),
      'sh',
    ),
    `Each prints a line of JSON an image. ${code('images.raw')} has the bytes of the images one after the other, ${height * width * channels} an image${mode === undefined ? '.' : '. From a picture, with Pillow:'}`,
    ...(mode === undefined
      ? []
      : [
          fence(
            [
              'import numpy, PIL.Image',
              `image = PIL.Image.open("picture.png").convert("${mode}").resize((${width}, ${height}))`,
              'numpy.asarray(image).tofile("images.raw")',
            ].join('\n'),
            'python',
          ),
        ]),
    `Crop and resize pictures as those were that it was trained on${says.preprocessing === undefined ? '' : '; that is the one thing which is not in the model'}.`,
  ];
}

function clusters(description: EncoderDescription): readonly string[] {
  const { clusters: found, categories } = description;
  const centres =
    found &&
    `${code('centres.json')} has the ${found.k} centres of the step ${code(found.step)}, ${code(found.stage)}, in the features of this encoder. A new image belongs to the nearest centre by Euclidean distance, the first of equally near ones: the rule of the stage ${code('assign')}.${
      found.ofBank
        ? ' These clusters were found in the memory bank of the training, whose rows lag behind what the encoder gives for an image: images between two clusters may fall to the other.'
        : ''
    }`;
  const scores =
    categories &&
    `The encoder has ${categories} categories of its own: an image belongs to the one with the largest of its first ${categories} scores, counted from 0.`;
  const rule = { centres: 'the nearest centre', categories: 'the category', none: '' }[readoutOf(description)];
  if (!centres && !scores) return [];
  return [
    '## Clusters',
    ...(centres ? [centres] : []),
    ...(scores ? [scores] : []),
    `The number ${code('cluster')} that the examples print is that of ${rule}. Numbers of clusters have no meaning of their own.`,
  ];
}

function origin({ found, history, run, computed }: EncoderDescription): readonly string[] {
  const { step, key, status, seconds, threads } = found.step;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['run', `${run.id} (${run.status})`],
    ['program', `${code(run.pipeline.file)}, pipeline ${code(run.pipeline.name)}`],
    ['command', code(run.command)],
    ['step', `${code(step)}, output ${code(found.output)}, ${code(found.type)}`],
    [
      'computed',
      computed &&
        `${computed.created}${seconds === null ? '' : `, in ${Number(seconds.toPrecision(3))} s`}${status === 'reused' ? ', and reused by this run' : ''}`,
    ],
    [
      'engine',
      computed?.engine == null ? undefined : `${computed.engine}${threads === null ? '' : `, ${threads} threads`}`,
    ],
    ['machine of the run', `${run.host.cpu}, ${run.host.cores} cores, Node.js ${run.host.node.replace(/^v/, '')}`],
    ['pipe', run.host.pipe],
    ['key of the step', key === null ? undefined : code(key)],
    ['SHA-256 of encoder.onnx', code(found.digest)],
  ];
  return [
    '## How it was made',
    "The encoder's step and all that it comes from, with every parameter:",
    fence(history.map(callText).join('\n'), 'text'),
    '## Where it comes from',
    table(
      ['', ''],
      rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    'The program as it was run:',
    fence(run.pipeline.source.trimEnd(), 'pipe'),
  ];
}

/** A call as a program would have it, on one line where it fits. */
function callText({ step, stage, inputs, parameters }: HistoryStep): string {
  const list = [
    ...inputs.map(({ name, from }) => (name === '' ? from : `${name}: ${from}`)),
    ...Object.entries(parameters).map(([name, value]) => `${name}: ${valueText(value)}`),
  ];
  const line = `${step} = ${stage}(${list.join(', ')})`;
  return line.length <= COLUMNS ? line : `${step} = ${stage}(\n${list.map((one) => `  ${one},\n`).join('')})`;
}

function valueText(value: unknown): string {
  if (value === null) return 'none';
  return Array.isArray(value) ? `[${value.map(valueText).join(', ')}]` : JSON.stringify(value);
}

/** Inline code, whatever is in it. */
function code(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  if (runs.length === 0) return `\`${text}\``;
  const ticks = '`'.repeat(Math.max(...runs) + 1);
  return `${ticks} ${text} ${ticks}`;
}

/** What the program says of itself. */
const quote = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

function fence(text: string, language: string): string {
  const runs = [...text.matchAll(/`{3,}/g)].map(([run]) => run.length);
  const ticks = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
