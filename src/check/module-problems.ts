// Problems of files and imports as diagnostics (P100 to P105).
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestFiles } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Import, Name } from '../syntax/ast.ts';

const isProgram = (name: string): boolean => name.endsWith('.pipe');

/** `neighbours` are the names in the folder where the file was looked for. */
export function missingFile(file: string, neighbours: readonly string[]): Diagnostic {
  const suggestion = nearestFiles(file, neighbours.filter(isProgram))[0];
  return diagnose(
    'P100',
    `\`${file}\` cannot be read`,
    { span: { file, start: 0, end: 0 }, text: 'no such file' },
    { suggestion },
  );
}

export function notAModuleName(path: Name): Diagnostic {
  return diagnose(
    'P101',
    `\`${path.text}\` is not the name of a module`,
    { span: path.span, text: 'not a module' },
    {
      notes: [
        'A module of the standard library is "std/…"; a file of your own is "./….pipe", seen from the importing file.',
      ],
    },
  );
}

export function missingModule(
  name: Name,
  path: string,
  isStandard: boolean,
  neighbours: readonly string[],
): Diagnostic {
  const folder = isStandard ? 'std/' : /^.*\//.exec(name.text)![0];
  const known = neighbours
    .filter(isProgram)
    .map((file) => folder + (isStandard ? file.slice(0, -'.pipe'.length) : file));
  const suggestion = nearestFiles(name.text, known)[0];
  const standard = known.length === 0 ? [] : [`The standard library has ${known.join(', ')}.`];
  return diagnose(
    'P101',
    `there is no module \`${name.text}\``,
    { span: name.span, text: isStandard ? 'not in the standard library' : 'no such file' },
    {
      suggestion,
      notes: isStandard ? standard : [`Looked for ${path}.`],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `import from "${suggestion}"`, edits: [{ span: name.span, text: `"${suggestion}"` }] },
    },
  );
}

/** `way`: the imports that led from `key` to the module that imports it again. */
export function importCycle(
  key: string,
  way: readonly { readonly key: string; readonly through: Import }[],
  closing: Import,
): Diagnostic {
  const circle = [key, ...way.map((step) => step.key), key];
  const place = (syntax: Import): Span => syntax.path?.span ?? syntax.span;
  return diagnose(
    'P102',
    way.length === 0 ? 'this module imports itself' : 'these modules import each other',
    { span: place(closing), text: `and this imports \`${key}\` again` },
    {
      labels: way.map((step) => ({ span: place(step.through), text: `imports \`${step.key}\`` })),
      notes: [`The circle is ${circle.join(' → ')}.`, 'Move what both need into a module that imports neither.'],
    },
  );
}

/** `suggestion` is the nearest of `exported`, if one is near. */
export function notExported(
  name: Name,
  module: string,
  exported: readonly string[],
  suggestion: string | undefined,
): Diagnostic {
  const list = exported.length === 0 ? `\`${module}\` has no stages.` : `\`${module}\` has ${exported.join(', ')}.`;
  return diagnose(
    'P103',
    `\`${module}\` has no stage \`${name.text}\``,
    { span: name.span, text: 'not there' },
    {
      suggestion,
      notes: [list],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `import \`${suggestion}\``, edits: [{ span: name.span, text: suggestion }] },
    },
  );
}

export function unusedImport(name: Name): Diagnostic {
  return diagnose(
    'P104',
    `\`${name.text}\` is imported but not used`,
    { span: name.span, text: 'not used in this file' },
    { severity: 'warning' },
  );
}

export function definedTwice(name: Name, earlier: Span, notes: readonly string[] = []): Diagnostic {
  return diagnose(
    'P105',
    `\`${name.text}\` is defined twice`,
    { span: name.span, text: 'defined again here' },
    {
      labels: [{ span: earlier, text: 'first defined here' }],
      notes,
    },
  );
}

/** Reports each name that an earlier one has. */
export function reportDuplicates(names: readonly Name[], report: (problem: Diagnostic) => void): void {
  const seen = new Map<string, Span>();
  for (const name of names) {
    const earlier = seen.get(name.text);
    if (earlier !== undefined) report(definedTwice(name, earlier));
    else seen.set(name.text, name.span);
  }
}
