// A node of the concrete tree as the row of its parts, in the order in which they stand in the text. The tree keeps them by name instead.
import type { CstNode, Token } from '../../../grammar/parse.ts';

export type Part = Token | CstNode;

export const isToken = (part: Part): part is Token => 'image' in part;

/** The rule of a node, the type of a token. */
export const nameOf = (part: Part): string => (isToken(part) ? part.tokenType.name : part.name);

export const isComma = (part: Part): part is Token => nameOf(part) === 'Comma';

/** Names with commas between, whose brackets belong to the rule around them. */
export const isNames = (part: Part): part is CstNode => /^(nameList|dimensionVariables)$/.test(nameOf(part));

const startOf = (part: Part): number => (isToken(part) ? part.startOffset : (part.location?.startOffset ?? 0));

/** Of a tree without errors. */
export function partsOf(node: CstNode): readonly Part[] {
  const kinds = Object.values(node.children);
  const [only] = kinds;
  // Parts of one kind stand in their order already, and most nodes have one part.
  if (only !== undefined && kinds.length === 1) return only;
  return kinds.flat().sort((a, b) => startOf(a) - startOf(b));
}

/** Every part but the whole of an empty file has tokens. */
export function firstToken(part: Part): Token {
  let current = part;
  while (!isToken(current)) {
    const firsts = Object.values(current.children).map((parts) => parts[0]!);
    current = firsts.reduce((best, one) => (startOf(one) < startOf(best) ? one : best));
  }
  return current;
}

export function lastToken(part: Part): Token {
  let current = part;
  while (!isToken(current)) {
    const lasts = Object.values(current.children).map((parts) => parts.at(-1)!);
    current = lasts.reduce((best, one) => (startOf(one) > startOf(best) ? one : best));
  }
  return current;
}

/** The list or record that a part is, and nothing but: through all rules that only pass on. */
export function soleBracket(part: Part): CstNode | undefined {
  let current = part;
  while (!isToken(current)) {
    if (current.name === 'list' || current.name === 'record') return current;
    const parts = partsOf(current);
    if (parts.length !== 1) return undefined;
    current = parts[0]!;
  }
  return undefined;
}
