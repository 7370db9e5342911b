// A tfjs backend that records a node for each kernel instead of computing it. tfjs's own gradient functions run on it too, so the
// forward pass, the backward pass and the optimizer of a step all land in one graph.
import {
  KernelBackend,
  engine,
  getBackend,
  getKernel,
  registerBackend,
  registerKernel,
  setBackend,
  tidy,
  type BackendValues,
  type DataType,
  type Tensor,
  type TensorInfo,
} from '../tensor.ts';
import type { Attributes, DType, TraceGraph, TraceNode, ValueId, ValueInfo } from './graph.ts';
import { kernelRules } from './kernels/table.ts';

const BACKEND = 'trace';

/** What tfjs passes around as a tensor's storage: here only the number of a node. */
interface Handle {
  readonly value: ValueId;
}

function recordedType(dtype: DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`tensors of type ${dtype} cannot be traced`);
}

class TraceBackend extends KernelBackend {
  nodes: (TraceNode & ValueInfo)[] = [];

  add(node: TraceNode & ValueInfo): TensorInfo {
    this.nodes.push(node);
    const dataId: Handle = { value: this.nodes.length - 1 };
    return { dataId, shape: [...node.shape], dtype: node.dtype };
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): object {
    const type = recordedType(dtype);
    const first = values[0];
    const node: TraceNode =
      typeof first === 'number' && (values as Float32Array).every((value) => value === first)
        ? { kind: 'splat', value: first }
        : { kind: 'constant', values: (values as Float32Array).slice() };
    return this.add({ ...node, shape: [...shape], dtype: type }).dataId;
  }

  override move(): void {
    throw new Error('a tensor made outside the step was used in it: pass it as an input, or make it inside');
  }

  override readSync(): BackendValues {
    throw new Error('a step cannot read the value of a tensor while it is traced');
  }
  override async read(): Promise<BackendValues> {
    return this.readSync();
  }
  // Handles are plain numbers and the graph owns the nodes: nothing to count or free.
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  override disposeData(): boolean {
    return true;
  }
  override numDataIds(): number {
    return this.nodes.length;
  }
  override timerAvailable(): boolean {
    return false;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}

let backend: TraceBackend | undefined;

function traceBackend(): TraceBackend {
  if (backend !== undefined) return backend;
  const created = new TraceBackend();
  backend = created;
  registerBackend(BACKEND, () => created);
  for (const [kernel, rule] of Object.entries(kernelRules)) {
    registerKernel({
      kernelName: kernel,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => {
        const ids: Record<string, ValueId | ValueId[]> = {};
        const infos: Record<string, ValueInfo> = {};
        const list: ValueInfo[] = [];
        for (const [name, info] of Object.entries(inputs)) {
          // An optional input that was not given is there as undefined.
          if (info == null) continue;
          const id = (info.dataId as Handle).value;
          ids[name] = id;
          infos[name] = created.nodes[id]!;
          // A tensor seen through another shape shares its handle: hold to the shape that tfjs says.
          infos[name] = { shape: info.shape, dtype: recordedType(info.dtype) };
          list.push(infos[name]);
        }
        const attributes = (attrs ?? {}) as Attributes;
        const { shape, dtype } = rule.shape(infos, attributes, list);
        return created.add({ kind: 'kernel', kernel, inputs: ids, attributes, shape, dtype });
      },
    });
  }
  return created;
}

/** Whether a kernel can be traced: every one in the table, and no other. */
export function isTraced(kernel: string): boolean {
  traceBackend();
  return getKernel(kernel, BACKEND) !== undefined;
}

/**
 * Records a pure function of named tensors. Nothing is computed.
 * The function may make constants and call `tf.grads`; it may not read values or use tensors made outside.
 */
export function trace(
  step: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  inputs: Readonly<Record<string, ValueInfo>>,
): TraceGraph {
  const recorder = traceBackend();
  const previous = getBackend() as string | undefined;
  recorder.nodes = [];
  // For a backend without asynchronous set-up this takes effect at once.
  void setBackend(BACKEND);
  try {
    return tidy(() => {
      const tensors: Record<string, Tensor> = {};
      for (const [name, info] of Object.entries(inputs)) {
        const { dataId, shape, dtype } = recorder.add({ kind: 'input', name, ...info });
        tensors[name] = engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
      }
      const outputs: Record<string, ValueId> = {};
      for (const [name, tensor] of Object.entries(step(tensors))) outputs[name] = (tensor.dataId as Handle).value;
      return { nodes: recorder.nodes, outputs } as unknown as Tensor;
    }) as unknown as TraceGraph;
  } finally {
    recorder.nodes = [];
    if (previous !== undefined && previous !== BACKEND) void setBackend(previous);
  }
}
