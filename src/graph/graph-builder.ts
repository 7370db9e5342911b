// Collects the steps of one pipeline while it is evaluated, gives them unique ids, and keeps those that an output needs.
import type { Binding, Step, TypedGraph } from './typed-graph.ts';

/** Where in the source a step is made, which names it. */
export interface Place {
  /** `page.embeddings[0]`: the binding and the way into it. */
  readonly path: string;
  /** Cells of the comprehensions around it, outermost first: `seed=1`. */
  readonly cells: readonly string[];
  /** Path of the comprehension around it, taken in front where two comprehensions bind the same name. */
  readonly around: string | undefined;
}

/** The id that a place asks for. */
export function placeId({ path, cells }: Place): string {
  return cells.length === 0 ? path : `${path}[${cells.join(',')}]`;
}

export class GraphBuilder {
  readonly #steps = new Map<string, Step>();

  /** Adds a step under the id that its place asks for, or the next free one. */
  add(place: Place, step: Omit<Step, 'id'>): Step {
    const id = this.#free(place);
    const added: Step = { id, ...step };
    this.#steps.set(id, added);
    return added;
  }

  #free(place: Place): string {
    const wanted = placeId(place);
    if (!this.#steps.has(wanted)) return wanted;
    if (place.around !== undefined && place.around !== place.path) {
      const around = placeId({ ...place, path: `${place.around}.${place.path}` });
      if (!this.#steps.has(around)) return around;
    }
    for (let n = 2; ; n += 1) {
      if (!this.#steps.has(`${wanted}#${n}`)) return `${wanted}#${n}`;
    }
  }

  get(id: string): Step | undefined {
    return this.#steps.get(id);
  }

  /** Every step that an output needs, each after all that it reads: the order in which they were added. */
  needed(outputs: TypedGraph['outputs']): readonly Step[] {
    const wanted = new Set<string>();
    const want = (binding: Binding): void => {
      if (binding.kind === 'list') binding.items.forEach(want);
      if (binding.kind === 'output') wanted.add(binding.step);
    };
    for (const output of outputs) want(output.value);
    for (const step of [...this.#steps.values()].reverse()) {
      if (wanted.has(step.id)) Object.values(step.inputs).forEach(want);
    }
    return [...this.#steps.values()].filter((step) => wanted.has(step.id));
  }
}
