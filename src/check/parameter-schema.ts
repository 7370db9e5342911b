// The parameters of a declaration → the JSON Schema of the values that a step has for them. Pure.
import type { Range, ScalarName, Type } from '../types/type.ts';
import type { SignatureParameter } from './signature.ts';

/** Quantities are plain numbers by then: bytes and seconds. An absent optional value is null. */
export function schemaOfParameters(parameters: readonly SignatureParameter[]): object {
  const values = parameters.filter(({ role }) => role === 'value');
  return {
    type: 'object',
    properties: Object.fromEntries(values.map(({ name, type }) => [name, schemaOf(type)])),
    required: values.map(({ name }) => name),
    additionalProperties: false,
  };
}

const scalars: Readonly<Record<ScalarName, string>> = {
  ...{ Int: 'integer', Float: 'number', Memory: 'number', Duration: 'number', Bool: 'boolean', String: 'string' },
};

function schemaOf(type: Type): object {
  switch (type.kind) {
    case 'scalar':
      return { type: scalars[type.name], ...boundsOf(type.range) };
    case 'enumeration':
      return { enum: type.values };
    case 'list':
      return { type: 'array', items: schemaOf(type.element) };
    case 'optional':
      return { anyOf: [schemaOf(type.inner), { type: 'null' }] };
    // No step has an artifact or a stage among its parameters.
    case 'artifact':
    case 'stage':
    case 'record':
    case 'error':
      return {};
  }
}

function boundsOf(range: Range | undefined): object {
  const { low, high } = range ?? {};
  return {
    ...(low === undefined ? {} : { [low.inclusive ? 'minimum' : 'exclusiveMinimum']: low.value }),
    ...(high === undefined ? {} : { [high.inclusive ? 'maximum' : 'exclusiveMaximum']: high.value }),
  };
}
