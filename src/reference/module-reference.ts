// What the declarations of a module say, as plain data for `pipe docs` and for the pages in docs/stdlib: from source texts, through the same
// reading and resolving as a check. Loads no stage.
import { loadModules, type SourceReader } from '../check/load-modules.ts';
import { resolveSignature } from '../check/resolve-signature.ts';
import type { Signature, SignatureParameter } from '../check/signature.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import { formatType } from '../types/format-type.ts';

export interface ParameterReference {
  readonly name: string;
  /** With its refinement. */
  readonly type: string;
  /** As it is written; undefined where a value must be given. */
  readonly default: string | undefined;
  readonly doc: string;
  readonly role: SignatureParameter['role'];
}

export interface StageReference {
  readonly name: string;
  /** `std/clustering`, or the path of a file. */
  readonly module: string;
  readonly doc: string;
  /** As they are declared: `N+` adds up over a list. */
  readonly dimensions: readonly string[];
  readonly parameters: readonly ParameterReference[];
  readonly results: readonly { readonly name: string; readonly type: string; readonly doc: string }[];
  /** As they are written, such as `@resources(memory: 2 GiB)`. */
  readonly annotations: readonly string[];
  /** Implemented outside the language, not made of other stages. */
  readonly primitive: boolean;
}

export interface ModuleReference {
  readonly module: string;
  readonly doc: string;
  readonly stages: readonly StageReference[];
}

export interface ReadReference {
  /** Undefined where there is no such module. */
  readonly reference: ModuleReference | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
}

/** @param module `std/…`, or the path of a file. */
export function readReference(module: string, reader: SourceReader, stdlib: string): ReadReference {
  // A program that imports the module, so that one of the library gets its own name.
  const isStandard = module.startsWith('std/');
  const entry = isStandard ? 'reference.pipe' : module;
  const text = isStandard ? `import { } from ${JSON.stringify(module)}\n` : undefined;
  const read = (path: string): string | undefined => (path === entry && text !== undefined ? text : reader.read(path));
  const { modules, diagnostics } = loadModules(entry, { ...reader, read }, stdlib);
  const found = modules.get(module);
  const sources = new Map([...modules.values()].map(({ source }) => [source.name, source]));
  const problems = diagnostics.filter(({ primary }) => primary.span.file !== 'reference.pipe');
  if (found === undefined) return { reference: undefined, diagnostics: problems, sources };
  const stages = found.file.stages.map((stage) => {
    const signature = resolveSignature(stage, module, (problem) => problems.push(problem));
    return stageReference(signature, found.source);
  });
  return { reference: { module, doc: found.file.doc, stages }, diagnostics: problems, sources };
}

/** `source` is the text that declares the stage. */
export function stageReference(signature: Signature, source: SourceFile): StageReference {
  const { name, module, doc, dimensions, parameters, results, annotations, body } = signature;
  const written = ({ start, end }: { readonly start: number; readonly end: number }): string =>
    source.text.slice(start, end).replace(/\s+/g, ' ');
  return {
    ...{ name, module, doc },
    dimensions: dimensions.map((dimension) => `${dimension.name}${dimension.addsUp ? '+' : ''}`),
    parameters: parameters.map((parameter) => ({
      ...{ name: parameter.name, type: formatType(parameter.type), doc: parameter.doc, role: parameter.role },
      default: parameter.default === undefined ? undefined : written(parameter.default.span),
    })),
    results: results.map((result) => ({
      ...{ name: result.name, type: formatType(result.type), doc: result.doc },
    })),
    annotations: annotations.map(({ span }) => written(span)),
    primitive: body === undefined,
  };
}

/** `stage kmeans<N, D>(features: Features<N, D>, …) -> { … }`, a parameter a line. */
export function signatureLines({ name, dimensions, parameters, results }: StageReference): readonly string[] {
  const variables = dimensions.length === 0 ? '' : `<${dimensions.join(', ')}>`;
  const outputs = results.map((result) => `${result.name}: ${result.type}`).join(', ');
  return [
    `stage ${name}${variables}(`,
    ...parameters.map(
      (parameter) =>
        `  ${parameter.name}: ${parameter.type}${parameter.default === undefined ? '' : ` = ${parameter.default}`},`,
    ),
    `) -> { ${outputs} }`,
  ];
}

/** Of a doc comment, for lists. */
export function firstSentence(doc: string): string {
  const text = doc.split(/\n\n/)[0]!.replaceAll('\n', ' ');
  return /^.*?[.:](?= [A-Z]|$)/.exec(text)?.[0] ?? text;
}
