// The parts of the package railroad-diagrams that railroad.ts draws with; it has no types of its own.
declare module 'railroad-diagrams' {
  /** A part of a diagram; `toString` of a whole one gives SVG. */
  export interface Part {
    toString(): string;
  }
  export function Diagram(...items: readonly Part[]): Part & { format(padding: number): Part };
  export function Sequence(...items: readonly Part[]): Part;
  export function Choice(normal: number, ...items: readonly Part[]): Part;
  export function Optional(item: Part): Part;
  export function OneOrMore(item: Part, between?: Part): Part;
  export function Terminal(text: string): Part;
  export function NonTerminal(text: string): Part;
}
