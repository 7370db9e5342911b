// Rows of different splits of one data set, where they should be the same rows, as a diagnostic (P415).
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { partName } from './data-origin.ts';
import type { DataPart } from './data-part.ts';
import { elsewhere } from './type-problems.ts';

/** An argument, and the data behind it. */
export interface SplitSide {
  readonly name: string;
  readonly at: Span;
  readonly part: DataPart;
}

export function splitsDisagree(stage: string, labels: SplitSide, other: SplitSide): Diagnostic {
  const made = ({ part, name }: SplitSide): ReturnType<typeof elsewhere> =>
    elsewhere(part.made, `\`${name}\` begins here, with \`split: "${part.split}"\``, labels.at, other.at);
  return diagnose(
    'P415',
    `\`${stage}\` gets labels of one split of ${labels.part.set}, and rows of another`,
    { span: labels.at, text: `\`${labels.name}\` is of ${partName(labels.part)}` },
    {
      labels: [
        { span: other.at, text: `\`${other.name}\` is of ${partName(other.part)}` },
        ...made(labels),
        ...made(other),
      ],
      notes: ['As many rows, and of other images: take both from the same split.'],
    },
  );
}
