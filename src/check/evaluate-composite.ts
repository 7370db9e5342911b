// A call of a stage with a body → the steps of its body, in place. Its bindings are named `outer.inner`.
import type { Block } from '../syntax/ast.ts';
import type { Origin } from '../types/dimension.ts';
import type { Type } from '../types/type.ts';
import { missingOutput, undeclaredOutput } from './composite-problems.ts';
import type { Checking, Situation } from './checking.ts';
import { errorDatum, type Datum } from './datum.ts';
import { promisedDatum } from './promised-datum.ts';
import { resultName, type Signature } from './signature.ts';

export interface CompositeCall {
  readonly signature: Signature;
  readonly body: Block;
  readonly made: Origin;
  /** What the signature promises in this call, in its order. */
  readonly results: readonly { readonly name: string; readonly type: Type }[];
  /** The scope holds the parameters; the place is that of the call. */
  readonly situation: Situation;
}

export function evaluateComposite(
  { signature, body, made, results, situation }: CompositeCall,
  checking: Checking,
): Datum {
  const { path } = situation.place;
  const inner = { ...situation, prefix: `${path}.` };
  const { outputs } = checking.evaluateBlock(body, 'stage', inner);
  for (const output of outputs) {
    const result = signature.results.find(({ name }) => name === output.name);
    if (result !== undefined) checking.record.use(output.span, resultName(result));
    else if (!signature.broken) checking.report(undeclaredOutput(output.name, output.span, signature));
  }
  return {
    kind: 'result',
    stage: signature.name,
    made,
    outputs: signature.results.map((result, index) => {
      const { name, span } = result;
      const declared = resultName(result);
      const output = outputs.find((candidate) => candidate.name === name);
      if (output === undefined) {
        checking.report(missingOutput(name, span, signature));
        return { name, declared, datum: errorDatum };
      }
      const wanted = { what: `the output \`${name}\``, at: output.at, declared: span };
      return {
        name,
        declared,
        datum: promisedDatum(output.datum, results[index]!.type, wanted, made, checking.report),
      };
    }),
  };
}
