// Published numbers: CST → AST.
import type { FigureCstNode, PublishedDefinitionCstNode, TargetCstNode } from '../../grammar/cst-types.ts';
import type { Judgement, PublishedDefinition, Target, TargetPart } from './ast.ts';
import { noEmbedded, surroundings, type DefinitionReading } from './definitions.ts';
import { first, firstWritten, isBroken, nameOf, spanOf, tokenSpan, written } from './reading.ts';
import { plainText, readString } from './strings.ts';

export function readPublished(
  node: PublishedDefinitionCstNode,
  reading: DefinitionReading,
): PublishedDefinition | undefined {
  const [source] = written(node.children.Text);
  const [pipeline, profile] = written(node.children.Identifier);
  if (source === undefined || pipeline === undefined) return undefined;
  const text = plainText(readString(source, reading, noEmbedded), reading);
  return {
    ...surroundings(node, reading),
    source: { text: text ?? '', span: tokenSpan(source, reading) },
    pipeline: nameOf(pipeline, reading),
    profile: profile && nameOf(profile, reading),
    targets: (first(node.children.targets)?.children.target ?? []).flatMap((target) => readTarget(target, reading)),
  };
}

function readTarget(node: TargetCstNode, reading: DefinitionReading): readonly Target[] {
  const { Label, targetPart, figure, Within, NotBelow, NotAbove } = node.children;
  const output = firstWritten(Label);
  if (output === undefined) return [];
  const around = surroundings(node, reading);
  const paper = readFigure(first(figure));
  const limit = readFigure(figure?.[1]);
  const [within, notBelow, notAbove] = [Within, NotBelow, NotAbove].map((tokens) => firstWritten(tokens));
  const sign = within ?? notBelow ?? notAbove;
  const kind = within !== undefined ? 'within' : notBelow !== undefined ? 'at least' : 'at most';
  const parts = (targetPart ?? []).map((part): TargetPart | undefined => {
    const span = spanOf(part, reading);
    const [name] = written(part.children.Identifier);
    const [number] = written(part.children.Number);
    const [text] = written(part.children.Text);
    if (name !== undefined) return { kind: 'member', name: name.image, span: tokenSpan(name, reading) };
    if (number !== undefined) return { kind: 'item', key: Number(number.image), span };
    if (text === undefined) return undefined;
    return { kind: 'item', key: plainText(readString(text, reading, noEmbedded), reading) ?? '', span };
  });
  const judgement: Judgement = {
    ...{ kind, value: limit ?? 0 },
    span: sign === undefined ? around.span : { ...tokenSpan(sign, reading), end: around.span.end },
  };
  return [
    {
      ...around,
      output: nameOf(output, reading),
      parts: parts.filter((part) => part !== undefined),
      ...{ paper: paper ?? 0, judgement },
      broken:
        isBroken(node) ||
        parts.includes(undefined) ||
        [paper, limit, sign].includes(undefined) ||
        reading.isDamaged(around.span),
    },
  ];
}

function readFigure(node: FigureCstNode | undefined): number | undefined {
  const [number] = written(node?.children.Number);
  if (node === undefined || number === undefined) return undefined;
  return node.children.Minus === undefined ? Number(number.image) : -Number(number.image);
}
