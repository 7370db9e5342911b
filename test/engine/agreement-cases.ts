// All that every engine must compute alike, as one list: each lowering, each loss with its gradient and its known values, each
// primitive of an augmentation, one whole step of each
// method on each network. In: nothing; out: steps with their inputs, by name. Shared by agreement.test.ts and the processes that it starts.
import type { TensorData } from '../../src/engine/runtime/session.ts';
import type { Step, StepSignature } from '../../src/engine/runtime/step.ts';
import { randomInputs } from './difference.ts';
import { fusedCases, kernelCases, kernelStep } from './kernel-cases.ts';
import { differentiable, goldens, goldenStep, gradientStep } from './loss-cases.ts';
import { viewCases, viewStep } from './view-cases.ts';
import { wholeSteps } from './whole-steps.ts';

export interface AgreementCase {
  readonly step: Step;
  readonly signature: StepSignature;
  readonly inputs: Readonly<Record<string, TensorData>>;
}

const withRandomInputs = ({ step, signature }: Omit<AgreementCase, 'inputs'>): AgreementCase => ({
  ...{ step, signature, inputs: randomInputs(signature) },
});

/** Made when asked for: a whole step takes a moment. */
export const agreementCases: Readonly<Record<string, () => AgreementCase>> = {
  ...Object.fromEntries(
    Object.entries({ ...kernelCases, ...fusedCases }).map(([kernel, cases]) => [
      `kernel ${kernel}`,
      () => withRandomInputs(kernelStep(cases)),
    ]),
  ),
  ...Object.fromEntries(goldens.map((golden) => [`golden ${golden.name}`, () => goldenStep(golden)])),
  ...Object.fromEntries(
    Object.keys(differentiable).map((name) => [`loss ${name}`, () => withRandomInputs(gradientStep(name))]),
  ),
  ...Object.fromEntries(
    Object.entries(viewCases).flatMap(([kind, cases]) =>
      cases.map((settings, index) => [`views ${kind} ${index + 1}`, () => viewStep(settings)]),
    ),
  ),
  ...Object.fromEntries(Object.entries(wholeSteps).map(([name, make]) => [`step ${name}`, make])),
};

export type Results = Readonly<Record<string, TensorData>>;
