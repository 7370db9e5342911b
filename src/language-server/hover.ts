// What stands at a place: types, values and documentation of the name there.
import type { Hover } from 'vscode-languageserver-types';
import { annotationForms } from '../check/annotations.ts';
import { placeKey, useAt } from '../check/meanings.ts';
import type { Definition } from '../check/recorder.ts';
import type { Span } from '../source/span.ts';
import { artifactDimensions, isArtifactKind, unitFeatures } from '../types/type.ts';
import { formatType } from '../types/format-type.ts';
import { variable } from '../types/dimension.ts';
import type { Analysis } from './analysis.ts';
import { definitionIn, importAt } from './at.ts';
import { describeData, describeHeld, describeParameter, describeStage, fenced, paragraphs } from './describe.ts';
import { contains, rangeOf } from './places.ts';
import { annotationsIn, namedTypesIn } from './walk.ts';

export function hover(analysis: Analysis, offset: number): Hover | undefined {
  const found = nameAt(analysis, offset) ?? moduleAt(analysis, offset) ?? wordAt(analysis, offset);
  if (found === undefined || found.text === '') return undefined;
  return { contents: { kind: 'markdown', value: found.text }, range: rangeOf(found.span, analysis.source) };
}

interface Found {
  readonly span: Span;
  readonly text: string;
}

function nameAt(analysis: Analysis, offset: number): Found | undefined {
  const { meanings } = analysis;
  const use = useAt(meanings, offset);
  if (use !== undefined) {
    const texts = use.definitions.map((span) =>
      describeName(meanings.definitions.get(placeKey(span)), use.at, analysis),
    );
    return { span: use.at, text: [...new Set(texts)].filter((text) => text !== '').join('\n\n---\n\n') };
  }
  const definition = definitionIn(analysis, offset);
  return definition && { span: definition.span, text: describeName(definition, definition.span, analysis) };
}

function describeName(definition: Definition | undefined, at: Span, analysis: Analysis): string {
  const { text } = analysis.source;
  const name = text.slice(at.start, at.end);
  const datum = analysis.meanings.values.get(at.start);
  const held = datum === undefined || datum.kind === 'error' ? undefined : describeHeld(datum);
  switch (definition?.what) {
    case 'stage':
      return describeStage(definition.signature, analysis);
    case 'parameter': {
      // Of a label nothing is held; of a pipeline's parameter, what it is by default.
      return describeParameter(definition, analysis);
    }
    case 'result':
      return paragraphs(
        fenced(`${definition.result.name}: ${held ?? formatType(definition.result.type)}`),
        definition.result.doc,
        `Output of \`${definition.stage.name}\`.`,
      );
    case 'dimension':
      return definition.stage === undefined
        ? paragraphs(fenced(name), 'A dimension of this type of a stage, which each call finds anew.')
        : paragraphs(fenced(name), `A dimension of \`${definition.stage.name}\`, which each call fixes.`);
    case 'field of a type': {
      const { field, isOutput } = definition;
      return paragraphs(
        fenced(`${field.name}: ${held ?? formatType(field.type)}`),
        field.doc,
        isOutput ? 'What is used of a stage of this type.' : 'What a stage of this type is given.',
      );
    }
    case 'pipeline':
      return paragraphs(fenced(`pipeline ${name}`), definition.pipeline.doc);
    case 'profile':
      return paragraphs(fenced(`profile ${name} for ${definition.profile.pipeline.text}`), definition.profile.doc);
    case 'binding':
    case 'output':
    case 'variable':
    case 'field':
    case undefined:
      return held === undefined || datum === undefined
        ? ''
        : paragraphs(fenced(`${name}: ${held}`), describeData(datum));
  }
}

function moduleAt(analysis: Analysis, offset: number): Found | undefined {
  const found = importAt(analysis, offset);
  if (found?.module === undefined || found.syntax.path === undefined) return undefined;
  const { key, file } = found.module;
  const stages = file.stages.map(({ name }) => `\`${name.text}\``).join(', ');
  return { span: found.syntax.path.span, text: paragraphs(`**${key}**`, file.doc, stages) };
}

/** Names of types and annotations, which no program defines. */
function wordAt({ module }: Analysis, offset: number): Found | undefined {
  for (const { name } of namedTypesIn(module.file)) {
    if (!contains(name.span, offset)) continue;
    const kind = name.text === unitFeatures ? 'Features' : name.text;
    if (!isArtifactKind(kind)) return undefined;
    const unit = name.text === unitFeatures ? { unit: true } : {};
    const dimensions = artifactDimensions[kind].map((letter) => variable(letter));
    return { span: name.span, text: fenced(formatType({ kind: 'artifact', name: kind, dimensions, ...unit })) };
  }
  for (const { name } of annotationsIn(module.file)) {
    const form = contains(name.span, offset) ? annotationForms.get(name.text) : undefined;
    if (form !== undefined) return { span: name.span, text: fenced(form) };
  }
  return undefined;
}
