// A session whose model ONNX Runtime has optimised before, in this run or an earlier one (docs/decisions/0016). In: a key that holds all that decides the
// model, where compiled steps are kept, and how to make it; out: the session, and which outputs it takes in place.
import { Session, type SessionOptions } from './session.ts';

/** Bytes by key, kept between runs. Whoever keeps them says how, gives back whole ones or none, and only those of machines with this processor. */
export interface StepCache {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, content: Uint8Array): Promise<void>;
  /** What was read is of no use. */
  reject(key: string, why: string): Promise<void>;
  /** What `make` leaves in the file that it is told: ONNX Runtime hands an optimised model over in no other way. Undefined where it leaves none. */
  captured(make: (path: string) => Promise<void>): Promise<Uint8Array | undefined>;
}

export interface LoweredStep {
  readonly model: Uint8Array;
  readonly inPlace: ReadonlySet<string>;
}

export interface OpenedStep {
  readonly session: Session;
  readonly inPlace: ReadonlySet<string>;
}

export async function storedSession(
  key: string,
  cache: StepCache,
  lowered: () => LoweredStep,
  options: SessionOptions,
): Promise<OpenedStep> {
  const stored = await cache.read(key);
  if (stored !== undefined) {
    try {
      const { model, inPlace } = unpack(stored);
      return { session: await Session.create(model, { ...options, optimised: true }), inPlace };
    } catch (error) {
      await cache.reject(key, (error as Error).message);
    }
  }
  const { model, inPlace } = lowered();
  let session: Session | undefined;
  const optimised = await cache.captured(async (path) => {
    session = await Session.create(model, { ...options, saveOptimised: path });
  });
  if (optimised !== undefined) await cache.write(key, pack({ model: optimised, inPlace }));
  // The disk may be full, or the model too large for a file: it runs all the same, and what is wrong with the model itself shows here.
  return { session: session ?? (await Session.create(model, options)), inPlace };
}

const LINE_END = 0x0a;

/** A line of JSON, then the model. */
function pack({ model, inPlace }: LoweredStep): Uint8Array {
  const head = new TextEncoder().encode(`${JSON.stringify([...inPlace])}\n`);
  const packed = new Uint8Array(head.length + model.length);
  packed.set(head);
  packed.set(model, head.length);
  return packed;
}

function unpack(packed: Uint8Array): LoweredStep {
  const end = packed.indexOf(LINE_END);
  const inPlace = JSON.parse(new TextDecoder().decode(packed.subarray(0, end))) as string[];
  return { model: packed.subarray(end + 1), inPlace: new Set(inPlace) };
}
