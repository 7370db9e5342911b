// A stage and the type of a stage → what names and types alone say against it. Sizes are not looked at here.
import { nearestNames } from '../diagnostics/nearest-names.ts';
import { formatType } from '../types/format-type.ts';
import type { StageType, StageTypeField } from '../types/type.ts';
import { errorDatum, faceOf, type StageDatum } from './datum.ts';
import { mayTake } from './may-take.ts';
import type { SignatureParameter } from './signature.ts';
import type { Misfit } from './stage-type-problems.ts';

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const meaning = (name: string, names: readonly string[], none: string): string => {
  const [near] = nearestNames(name, names);
  if (near !== undefined) return ` Did you mean \`${near}\`?`;
  return names.length === 0 ? ` ${none}` : ` It has ${listed(names)}.`;
};

/** Empty where the stage takes all that it would be given, needs nothing else, and gives all that is used. */
export function nameMisfits(stage: StageDatum, { takes, results }: StageType): readonly Misfit[] {
  const face = faceOf(stage);
  const { name, parameters } = face;
  const misfits: Misfit[] = [];
  for (const field of takes) {
    const parameter = parameters.find((candidate) => candidate.name === field.name);
    const given = stage.given.get(field.name);
    if (parameter === undefined) {
      const names = parameters.map((one) => one.name);
      const text = `\`${name}\` has no parameter \`${field.name}\`, which it would be given.${meaning(field.name, names, 'It has none.')}`;
      misfits.push({ text, labels: [] });
    } else if (given !== undefined) {
      const text = `\`${field.name}\` of \`${name}\` is given by \`with\`, and would be given again in each call.`;
      misfits.push({ text, labels: [{ span: given.at, text: 'given here' }] });
    } else if (!mayTake(parameter.type, field.type)) misfits.push(otherType(name, parameter, field));
  }
  const isTaken = ({ name: own }: SignatureParameter): boolean => takes.some((field) => field.name === own);
  const missing = parameters.filter(
    (parameter) =>
      !isTaken(parameter) &&
      !stage.given.has(parameter.name) &&
      parameter.default === undefined &&
      parameter.type.kind !== 'optional',
  );
  if (missing.length > 0) {
    const names = missing.map((parameter) => parameter.name);
    const fields = names.map((one) => `${one}: …`).join(', ');
    misfits.push({
      text: `\`${name}\` also needs ${listed(names)}. Give what the type does not by \`${name} with { ${fields} }\`.`,
      labels: missing.map(({ declared, name: one }) => ({ span: declared, text: `\`${one}\` has no default` })),
    });
  }
  for (const field of results) {
    const result = face.results.find((candidate) => candidate.name === field.name);
    if (result === undefined) {
      const names = face.results.map((one) => one.name);
      const text = `\`${name}\` has no output \`${field.name}\`.${meaning(field.name, names, 'It has none.')}`;
      misfits.push({ text, labels: [] });
    } else if (!mayTake(field.type, result.type)) {
      const [has, wants] = [result.type, field.type].map((one) => formatType(one, { refinements: false }));
      const text = `The output \`${field.name}\` of \`${name}\` is ${has}, and ${wants} is wanted.`;
      misfits.push({ text, labels: [{ span: result.span, text: `this is ${has}` }] });
    }
  }
  return misfits;
}

function otherType(stage: string, { type, declared }: SignatureParameter, field: StageTypeField): Misfit {
  const [takes, gets] = [type, field.type].map((one) => formatType(one, { refinements: false }));
  const text = `\`${field.name}\` of \`${stage}\` takes ${takes}, and would be given ${gets}.`;
  return { text, labels: [{ span: declared, text: `it takes ${takes}` }] };
}

/** Whether a stage fits a type when `with` gives it what it needs besides. */
export function mayBeChosen(stage: StageDatum, type: StageType): boolean {
  const needed = faceOf(stage).parameters.filter(({ name }) => !type.takes.some((field) => field.name === name));
  const given = new Map(needed.map((parameter) => [parameter.name, { datum: errorDatum, at: parameter.declared }]));
  return nameMisfits({ ...stage, given: new Map([...given, ...stage.given]) }, type).length === 0;
}
