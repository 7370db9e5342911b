// The one import of ONNX Runtime. A session is a compiled model: named arrays in, named arrays out.
import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { giveBack } from './give-back.ts';
import { providerFaults, type Provider } from './provider-faults.ts';

// Since 1.29 ONNX Runtime reports each process to its makers, and for that keeps an identity and a database in the user's home.
// It decides when the first session is made. Whoever wants that sets the variable himself.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

export type Array = Float32Array | Int32Array;

export interface TensorData {
  readonly data: Array;
  readonly shape: readonly number[];
}

export interface SessionOptions {
  readonly provider: Provider;
  readonly threads: number;
  /** Path prefix of a profile by kernel (Chrome trace format), written when the session is closed. */
  readonly profile?: string;
  /** The model was saved by `saveOptimised`: it is taken as it stands. */
  readonly optimised?: boolean;
  /** Where to write the model once ONNX Runtime has optimised it, for processors like this one. */
  readonly saveOptimised?: string;
}

/** Of ONNX Runtime. */
export const runtimeVersion: string = env.versions.node ?? env.versions.common;

/** What a session may be given besides what it gives: 8-bit images. */
export interface InputData {
  readonly data: Array | Uint8Array;
  readonly shape: readonly number[];
}

function toTensor({ data, shape }: InputData): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, [...shape]);
  return data instanceof Int32Array ? new Tensor('int32', data, [...shape]) : new Tensor('uint8', data, [...shape]);
}

export class Session {
  readonly #session: InferenceSession;
  readonly #profiled: boolean;

  private constructor(session: InferenceSession, profiled: boolean) {
    this.#session = session;
    this.#profiled = profiled;
  }

  /** Compiles a model. Errors: a model that ONNX Runtime rejects; EngineError where the provider finds no device. */
  static async create(
    model: Uint8Array,
    { provider, threads, profile, optimised, saveOptimised }: SessionOptions,
  ): Promise<Session> {
    const { missing, failed } = providerFaults[provider];
    const offered = listSupportedBackends().some(({ name }) => name === provider);
    const absent = missing(offered, `${process.platform} ${process.arch}`);
    if (absent !== undefined) throw absent;
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: optimised === true ? 'disabled' : 'all',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // A plan of all buffers would be laid out beside those of the first run, which are never given back: a third more memory, no gain in time.
      enableMemPattern: false,
      logSeverityLevel: 3,
      // Waiting threads sleep instead of spinning: other steps share the cores.
      extra: { session: { intra_op: { allow_spinning: threads > 1 ? '1' : '0' } } },
      ...(saveOptimised === undefined ? {} : { optimizedModelFilePath: saveOptimised }),
      ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    }).catch((error: unknown) => {
      throw failed((error as Error).message) ?? error;
    });
    return new Session(session, profile !== undefined);
  }

  /**
   * Computes the outputs. Inputs are not copied; an output named in `into` is written there (its array must have the size), the others are new.
   */
  async run(
    inputs: Readonly<Record<string, InputData>>,
    into: Readonly<Record<string, TensorData>> = {},
  ): Promise<Readonly<Record<string, TensorData>>> {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toTensor(value)]));
    const fetches = Object.fromEntries(
      this.#session.outputNames.map((name) => [name, into[name] === undefined ? null : toTensor(into[name])]),
    );
    const results = Object.entries(await this.#session.run(feeds, fetches));
    // What was written where it was wanted comes back as a copy besides.
    giveBack(
      results.flatMap(([name, { data }]) => {
        const own = into[name]?.data;
        return own === undefined || (data as Array).buffer === own.buffer ? [] : [data as Array];
      }),
    );
    return Object.fromEntries(
      results.map(([name, tensor]) => [name, into[name] ?? { data: tensor.data as Array, shape: tensor.dims }]),
    );
  }

  async close(): Promise<void> {
    if (this.#profiled) this.#session.endProfiling();
    await this.#session.release();
  }
}
