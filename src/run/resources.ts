// What steps share: places, cores, memory, the GPU. Pure arithmetic on named amounts.

export type Amounts = Readonly<Record<string, number>>;

export interface ResourcePool {
  /** Takes the amounts and says true, or takes nothing. A step that asks for more than there is gets all there is, and so runs alone. */
  take(demand: Amounts): boolean;
  give(demand: Amounts): void;
}

/** Resources that `limits` does not name are unlimited. */
export function resourcePool(limits: Amounts): ResourcePool {
  const used = new Map<string, number>();
  const capped = (name: string, amount: number): number => Math.min(amount, limits[name] ?? amount);
  return {
    take(demand) {
      const entries = Object.entries(demand).map(([name, amount]) => [name, capped(name, amount)] as const);
      const fits = entries.every(([name, amount]) => (used.get(name) ?? 0) + amount <= (limits[name] ?? Infinity));
      if (!fits) return false;
      for (const [name, amount] of entries) used.set(name, (used.get(name) ?? 0) + amount);
      return true;
    },
    give(demand) {
      for (const [name, amount] of Object.entries(demand)) {
        used.set(name, (used.get(name) ?? 0) - capped(name, amount));
      }
    },
  };
}
