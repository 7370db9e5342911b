// Which dimensions stand in a type, and which of them a call is told by it. Pure.
import { variablesIn, type Dimension } from './dimension.ts';
import { ownSizes, stageTypeIn, type Type } from './type.ts';

/** The dimensions in a type, in order; of the type of a stage those that its outputs tell a call. */
export function dimensionsOf(type: Type): readonly Dimension[] {
  switch (type.kind) {
    case 'artifact':
      return type.dimensions;
    case 'list':
      return type.length === undefined ? dimensionsOf(type.element) : [type.length, ...dimensionsOf(type.element)];
    case 'optional':
      return dimensionsOf(type.inner);
    case 'record':
      return type.fields.flatMap((field) => dimensionsOf(field.type));
    case 'stage': {
      const own = ownSizes(type);
      return type.results
        .flatMap((field) => dimensionsOf(field.type))
        .filter((dimension) => !variablesIn(dimension).some((name) => own.includes(name)));
    }
    case 'scalar':
    case 'enumeration':
    case 'error':
      return [];
  }
}

/** Names of dimensions in what the stages of a type are given: no call is told by them what they are. */
export function askedIn(type: Type): readonly string[] {
  const stage = stageTypeIn(type);
  if (stage === undefined) return [];
  const own = ownSizes(stage);
  return stage.takes
    .flatMap((field) => [...dimensionsOf(field.type).flatMap(variablesIn), ...askedIn(field.type)])
    .filter((name) => !own.includes(name));
}
