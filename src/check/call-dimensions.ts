// What the arguments of one call have said of its dimensions so far. Filled in place: each of ten thousand calls has a dozen, and a copy for each that is
// found is most of what a check would allocate.
import type { Dimension } from '../types/dimension.ts';
import type { Assignment, Substitution } from '../types/unify.ts';
import type { Fixer } from './dimension-problems.ts';

export class CallDimensions {
  readonly #substitution: Map<string, Dimension>;
  readonly #fixers: Map<string, Fixer>;
  #open: (() => void)[] = [];

  /** @param substitution of the Int parameters, with where they were given. */
  constructor(substitution = new Map<string, Dimension>(), fixers = new Map<string, Fixer>()) {
    this.#substitution = substitution;
    this.#fixers = fixers;
  }

  get substitution(): Substitution {
    return this.#substitution;
  }

  /** Which argument said it. */
  get fixers(): ReadonlyMap<string, Fixer> {
    return this.#fixers;
  }

  /** What an equation has found, and by which argument; `names` are those that stand in it. */
  assign({ variable, dimension }: Assignment, names: readonly string[], fixer: Fixer): void {
    const isNew = !this.#substitution.has(variable);
    this.#substitution.set(variable, dimension);
    if (isNew && names.includes(variable) && !this.#fixers.has(variable)) this.#fixers.set(variable, fixer);
  }

  set(name: string, dimension: Dimension): void {
    this.#substitution.set(name, dimension);
  }

  /** As if nothing had been said of it. */
  release(name: string): void {
    this.#substitution.delete(name);
  }

  /** An equation that could not be decided with what is known: to be looked at again behind the last input. */
  postpone(retry: () => void): void {
    this.#open.push(retry);
  }

  /** Looks at them again, as long as that decides some; what is still open depends on something wrong or absent. */
  settle(): void {
    for (let count = Infinity; this.#open.length > 0 && this.#open.length < count;) {
      const open = this.#open;
      count = open.length;
      this.#open = [];
      for (const retry of open) retry();
    }
  }
}
