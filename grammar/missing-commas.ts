// The commas that the parser lets pass: two items of a list with none between them. A problem for each, at the second item.
import type { CstNode, IToken } from 'chevrotain';

/** Rules that are lists, with the child that is an item. */
const lists: Readonly<Record<string, string>> = {
  nameList: 'Identifier',
  dimensionVariables: 'dimensionVariable',
  parameters: 'parameter',
  results: 'result',
  takes: 'result',
  callArguments: 'argument',
  list: 'expression',
  record: 'field',
  targets: 'target',
};

/**
 * Offsets (start of the first token) of items that lack a comma before them, in the whole tree. `errors` are the places of other problems:
 * one between two items may have taken the comma with it.
 */
export function missingCommas(tree: CstNode, errors: readonly number[]): readonly number[] {
  const found: number[] = [];
  const visit = (node: CstNode): void => {
    const item = lists[node.name];
    if (item !== undefined) found.push(...inList(node, item, errors));
    for (const kind in node.children) for (const child of node.children[kind]!) if ('children' in child) visit(child);
  };
  visit(tree);
  return found;
}

function inList(node: CstNode, item: string, errors: readonly number[]): readonly number[] {
  const items = node.children[item];
  if (items === undefined || items.length < 2) return [];
  const commas = ((node.children['Comma'] ?? []) as readonly IToken[]).map((comma) => comma.startOffset);
  const starts = items
    .map((child) => ('children' in child ? (child.location?.startOffset ?? Number.NaN) : child.startOffset))
    .filter((start) => !Number.isNaN(start));
  let next = 0;
  return starts.filter((start, index) => {
    const before = starts[index - 1];
    if (before === undefined) return false;
    while (next < commas.length && commas[next]! <= before) next += 1;
    const hasComma = next < commas.length && commas[next]! < start;
    return !hasComma && !errors.some((place) => place > before && place < start);
  });
}
