// Writes the types of the concrete syntax tree from the grammar; `cst-types.ts` is its output, and a test holds the two together.
import { generateCstDts } from 'chevrotain';
import { PipeParser } from './parser.ts';

/** Source text of `cst-types.ts`. */
export function generateCstTypes(): string {
  const header =
    '// Generated from parser.ts by generate-cst-types.ts: the shape of the concrete syntax tree. Do not edit.\n';
  const types = generateCstDts(new PipeParser({ validate: true }).getGAstProductions(), {
    includeVisitorInterface: false,
  });
  return header + types.replace('import type { CstNode, ICstVisitor, IToken }', 'import type { CstNode, IToken }');
}
