// A network that others trained, in an ONNX file, as a frozen encoder: 8-bit images in, rows of unit length out, its own operators untouched.
import { EngineError } from '../engine-error.ts';
import type { Normalisation } from '../augment/normalisation.ts';
import {
  bytesField,
  fieldsOf,
  GRAPH,
  MODEL,
  readEntry,
  readNode,
  readTensor,
  readValue,
  renamedNode,
  renamedTensor,
  type Field,
  type ReadValue,
} from '../lower/onnx-fields.ts';
import {
  encodeMetadata,
  encodeNode,
  encodeTensor,
  encodeValue,
  type OnnxNode,
  type OnnxTensor,
} from '../lower/onnx-model.ts';
import { encoderMetadata, VIEWS } from './export-encoder.ts';
import { storedNetworkIfSaid } from './stored-network.ts';

export interface ImportOptions {
  /** Of the images that will come: height, width, channels. */
  readonly image: readonly [height: number, width: number, channels: number];
  /** Length of the features. */
  readonly dimension: number;
  /** Order of the axes that the network takes. */
  readonly layout: 'nchw' | 'nhwc';
  /** What the network takes: values in 0..1 or in 0..255, before the normalisation. */
  readonly range: 'unit' | 'bytes';
  readonly normalisation: Normalisation | undefined;
  /** Which of the network's results are the features; the only one where it is not said. */
  readonly output: string | undefined;
}

/** Names that the encoder has for values of its own. */
const OURS = ['images', VIEWS, 'features'];
const FLOAT = 1;
const BYTE = 2;

/**
 * The model of an encoder as {@link exportEncoder} writes them. One that was written so, and says its sizes, is taken as it is: what goes around a network is in it.
 * Errors: EngineError where the bytes are no whole model, its weights are in other files, or its sizes, input or output do not fit.
 */
export function importEncoder(file: Uint8Array, options: ImportOptions): Uint8Array {
  const [height, width, channels] = options.image;
  const { model, graph } = open(file);
  const says = saidBy(model);
  if (isEncoder(says, graph)) {
    fitEncoder(says, options);
    // Whether it lacks a weight that it says it has.
    storedNetworkIfSaid({ onnx: file, height, width, channels, dimension: options.dimension });
    return file;
  }
  fitNormalisation(options);
  const initializers = graph
    .filter(({ number }) => number === GRAPH.initializer)
    .map(({ content }) => readTensor(content));
  if (initializers.some(({ external }) => external))
    throw new EngineError(
      'the weights of the ONNX model are in a file beside it',
      'Save the model as one file (save_as_external_data=False).',
    );
  const weights = new Set(initializers.map(({ name }) => name));
  const input = onlyInput(inputsOf(graph).filter(({ name }) => !weights.has(name)));
  fitInput(input, options);
  const output = chosenOutput(
    graph.filter(({ number }) => number === GRAPH.output).map(({ content }) => readValue(content)),
    options,
  );

  // Values of the network whose names the encoder has for its own get other names.
  const renamed = new Map(OURS.map((name) => [name, `network/${name}`]));
  const nameOf = (name: string): string => renamed.get(name) ?? name;
  const network = graph.flatMap(({ number, bytes, content }) => {
    if (number === GRAPH.input || number === GRAPH.output) return [];
    // What it says of values inside is not needed, and might use an old name.
    if (number === GRAPH.valueInfo) return [];
    if (number === GRAPH.initializer) {
      const { name } = readTensor(content);
      return renamed.has(name) ? bytesField(number, [renamedTensor(content, nameOf(name))]) : [bytes];
    }
    if (number !== GRAPH.node) return [bytes];
    const { inputs, outputs, holdsGraphs } = readNode(content);
    if (![...inputs, ...outputs].some((name) => renamed.has(name))) return [bytes];
    if (holdsGraphs)
      throw new EngineError(
        `the ONNX model has a value named ${OURS.map((name) => `"${name}"`).join(' or ')} beside a control-flow node`,
        'Export it with other names.',
      );
    return bytesField(number, [renamedNode(content, renamed)]);
  });

  const { before, after, constants } = around(nameOf(input.name), nameOf(output), options);
  const sizes = ['batch', height, width, channels] as const;
  const nodes = (list: readonly OnnxNode[]): Uint8Array[] =>
    list.flatMap((node) => bytesField(GRAPH.node, [encodeNode(node)]));
  const whole = [
    ...nodes(before),
    ...network,
    ...nodes(after),
    ...constants.flatMap((constant) => bytesField(GRAPH.initializer, [encodeTensor(constant)])),
    ...bytesField(GRAPH.input, [encodeValue({ name: 'images', type: 'uint8', shape: sizes })]),
    ...bytesField(GRAPH.output, [
      encodeValue({ name: 'features', type: 'float32', shape: ['batch', options.dimension] }),
    ]),
  ];
  return Buffer.concat([
    ...model.filter(({ number }) => number !== MODEL.graph && number !== MODEL.metadata).map(({ bytes }) => bytes),
    ...bytesField(MODEL.graph, whole),
    ...Object.entries(encoderMetadata(options.image, options.dimension)).flatMap(([key, value]) =>
      bytesField(MODEL.metadata, [encodeMetadata(key, value)]),
    ),
  ]);
}

function open(file: Uint8Array) {
  try {
    const model = fieldsOf(file);
    const graphs = model.filter(({ number }) => number === MODEL.graph);
    if (graphs.length !== 1) throw new RangeError('it holds no graph');
    return { model, graph: fieldsOf(graphs[0]!.content) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new EngineError(
      `the file is no whole ONNX model: ${error.message}`,
      'Load it in another program, or fetch it again.',
    );
  }
}

const inputsOf = (graph: readonly Field[]): ReadValue[] =>
  graph.filter(({ number }) => number === GRAPH.input).map(({ content }) => readValue(content));

const saidBy = (model: readonly Field[]): ReadonlyMap<string, string> =>
  new Map(
    model
      .filter(({ number }) => number === MODEL.metadata)
      .map(({ content }) => readEntry(content))
      .map(({ key, value }) => [key, value]),
  );

/** Whether it takes bytes by our name, says what it does with them and has the views inside: an encoder that was trained or imported here. */
function isEncoder(says: ReadonlyMap<string, string>, graph: readonly Field[]): boolean {
  const [input, ...more] = inputsOf(graph);
  const takesBytes = input?.name === 'images' && input.element === BYTE && more.length === 0;
  return (
    takesBytes &&
    says.has('pipe.preprocessing') &&
    graph.some(({ number, content }) => number === GRAPH.node && readNode(content).outputs.includes(VIEWS))
  );
}

/** Preprocessing, layout and the name of the result are its own; the sizes of the call have to be those that it says. */
function fitEncoder(says: ReadonlyMap<string, string>, { image, dimension, output }: ImportOptions): void {
  const wanted = { height: image[0], width: image[1], channels: image[2], dimension };
  const other = Object.entries(wanted).filter(([name, size]) => says.get(`pipe.${name}`) !== String(size));
  if (other.length > 0)
    throw new EngineError(
      `the ONNX model is an encoder that says ${other.map(([name]) => `${name} ${says.get(`pipe.${name}`)}`).join(', ')}, and is taken for one with ${other.map(([name, size]) => `${name} ${size}`).join(', ')}`,
      `Say ${other.map(([name]) => `${name}: ${says.get(`pipe.${name}`)}`).join(', ')}.`,
    );
  if (output !== undefined && output !== 'features')
    throw new EngineError(`the ONNX model is an encoder, and gives no "${output}", but features`, 'Leave result out.');
}

function fitNormalisation({ normalisation, image: [, , channels] }: ImportOptions): void {
  if (normalisation === undefined || normalisation.mean.length === channels) return;
  throw new EngineError(
    `the normalisation is for ${normalisation.mean.length} channels, not for ${channels}`,
    'Say normalisation: "none", or that of the network.',
  );
}

function onlyInput(inputs: readonly ReadValue[]): ReadValue {
  if (inputs.length === 1) return inputs[0]!;
  throw new EngineError(
    `the ONNX model takes ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}), expected one: the images`,
    'Export the part of the network that takes images and gives features.',
  );
}

function fitInput(
  { name, element, shape }: ReadValue,
  { image: [height, width, channels], layout }: ImportOptions,
): void {
  if (element !== FLOAT)
    throw new EngineError(`the input "${name}" of the ONNX model is not of 32-bit floats`, 'Export it in float32.');
  if (shape === undefined) return;
  const expected = layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  const found = shape.slice(1);
  const fits = shape.length === 4 && found.every((size, axis) => typeof size === 'string' || size === expected[axis]);
  if (!fits)
    throw new EngineError(
      `the input "${name}" of the ONNX model has the shape [${shape.join(', ')}], expected [batch, ${expected.join(', ')}] (${layout})`,
      'Say height, width, channels and layout as the network takes them.',
    );
  if (typeof shape[0] === 'number' && shape[0] > 0)
    throw new EngineError(
      `the ONNX model takes exactly ${shape[0]} images at once`,
      'Export it with a first axis of any length (dynamic_axes).',
    );
}

function chosenOutput(outputs: readonly ReadValue[], { output, dimension }: ImportOptions): string {
  const names = outputs.map(({ name }) => name).join(', ');
  const chosen = output === undefined ? outputs : outputs.filter(({ name }) => name === output);
  if (chosen.length !== 1)
    throw new EngineError(
      output === undefined
        ? `the ONNX model gives ${outputs.length} results: ${names}`
        : `the ONNX model gives no "${output}", but ${names}`,
      'Say which with result: "…".',
    );
  const { name, element, shape } = chosen[0]!;
  if (element !== FLOAT)
    throw new EngineError(`the result "${name}" of the ONNX model is not of 32-bit floats`, 'Export it in float32.');
  const length = shape?.slice(1);
  if (
    length?.every((size): size is number => typeof size === 'number') === true &&
    length.reduce((all, size) => all * size, 1) !== dimension
  )
    throw new EngineError(
      `the result "${name}" of the ONNX model has the shape [${shape!.join(', ')}], expected ${dimension} numbers an image`,
      `Say dimension: ${length.reduce((all, size) => all * size, 1)}, or take another result.`,
    );
  return name;
}

/** From bytes to what the network takes, and from what it gives to rows of unit length. All of it has stood in ONNX since operator set 8. */
function around(input: string, output: string, { image, dimension, layout, range, normalisation }: ImportOptions) {
  const floats = (name: string, shape: readonly number[], values: readonly number[]): OnnxTensor => ({
    ...{ name: `pipe/${name}`, type: 'float32', shape },
    data: new Uint8Array(Float32Array.from(values).buffer),
  });
  const none = { mean: Array<number>(image[2]).fill(0), deviation: Array<number>(image[2]).fill(1) };
  const { mean, deviation } = normalisation ?? none;
  const factor = range === 'bytes' ? 255 : 1;
  const constants = [
    floats('white', [], [255]),
    floats(
      'factor',
      [image[2]],
      deviation.map((one) => factor / one),
    ),
    floats(
      'shift',
      [image[2]],
      mean.map((one, channel) => (-one * factor) / deviation[channel]!),
    ),
    floats('ones', [dimension, 1], Array<number>(dimension).fill(1)),
    floats('least', [], [1e-12]),
  ];
  const node = (
    op: string,
    inputs: readonly string[],
    result: string,
    attributes: OnnxNode['attributes'] = {},
  ): OnnxNode => ({
    ...{ op, name: `pipe/${result}`, inputs, outputs: [result], attributes },
  });
  const before = [
    node('Cast', ['images'], 'pipe/levels', { to: 1 }),
    node('Div', ['pipe/levels', 'pipe/white'], VIEWS),
    node('Mul', [VIEWS, 'pipe/factor'], 'pipe/scaled'),
    layout === 'nhwc'
      ? node('Add', ['pipe/scaled', 'pipe/shift'], input)
      : node('Add', ['pipe/scaled', 'pipe/shift'], 'pipe/normalised'),
    ...(layout === 'nhwc' ? [] : [node('Transpose', ['pipe/normalised'], input, { perm: [0, 3, 1, 2] })]),
  ];
  const after = [
    node('Flatten', [output], 'pipe/flat', { axis: 1 }),
    node('Mul', ['pipe/flat', 'pipe/flat'], 'pipe/squares'),
    node('MatMul', ['pipe/squares', 'pipe/ones'], 'pipe/square_length'),
    node('Sqrt', ['pipe/square_length'], 'pipe/length'),
    node('Max', ['pipe/length', 'pipe/least'], 'pipe/safe_length'),
    node('Div', ['pipe/flat', 'pipe/safe_length'], 'features'),
  ];
  return { before, after, constants };
}
