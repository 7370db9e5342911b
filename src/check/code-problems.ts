// Problems of the file behind `by module` as diagnostics (P516).
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestFiles } from '../diagnostics/nearest-names.ts';
import type { Name } from '../syntax/ast.ts';
import { isCode } from './code-path.ts';

export function notACodePath(path: Name): Diagnostic {
  const corrected = isCode(path.text) && !/^[./\\]|^\w+:/.test(path.text) ? `./${path.text}` : undefined;
  return diagnose(
    'P516',
    `\`${path.text}\` is not the path of a module of code`,
    { span: path.span, text: 'not "./….ts"' },
    {
      suggestion: corrected,
      notes: [
        'A module is a file of TypeScript or JavaScript (.ts, .mts, .js, .mjs), seen from this one: "./mine.ts".',
      ],
      fix:
        corrected === undefined
          ? undefined
          : { title: `write "${corrected}"`, edits: [{ span: path.span, text: `"${corrected}"` }] },
    },
  );
}

/** `neighbours` are the names in the folder where the file was looked for. */
export function missingCode(path: Name, place: string, neighbours: readonly string[]): Diagnostic {
  const folder = /^.*\//.exec(path.text)![0];
  const known = neighbours.filter((name) => isCode(name)).map((name) => folder + name);
  const suggestion = nearestFiles(path.text, known)[0];
  return diagnose(
    'P516',
    `there is no module \`${path.text}\``,
    { span: path.span, text: 'no such file' },
    {
      suggestion,
      notes: [`Looked for ${place}.`],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write "${suggestion}"`, edits: [{ span: path.span, text: `"${suggestion}"` }] },
    },
  );
}
