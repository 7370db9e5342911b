// The parameters by which stages that read image files say what size the images get, and what the decoder makes of them.
import type { Target } from '../../decode/fit-image.ts';
import { StageError } from '../../stage/stage.ts';

export interface FitParameters {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly fit: 'crop' | 'stretch';
  readonly shorter_side: number | null;
}

const side = { type: 'integer', minimum: 1, maximum: 4096 };

/** JSON schemas of the parameters. */
export const FIT_PROPERTIES = {
  height: side,
  width: side,
  channels: { type: 'integer', minimum: 1, maximum: 3 },
  fit: { enum: ['crop', 'stretch'] },
  shorter_side: { type: ['integer', 'null'], minimum: 1, maximum: 4096 },
} as const;

/** @throws StageError for sizes that cannot go together. */
export function targetOf(stage: string, parameters: FitParameters): Target {
  const { height, width, channels, fit, shorter_side } = parameters;
  if (channels !== 1 && channels !== 3)
    throw new StageError(`${stage}: channels is ${channels}`, 'set channels: 3 for colours or channels: 1 for grey');
  if (shorter_side === null) return { height, width, channels, fit };
  if (fit === 'stretch')
    throw new StageError(
      `${stage}: shorter_side is ${shorter_side}, but fit: "stretch" cuts nothing`,
      'leave one of the two out',
    );
  if (shorter_side < Math.min(height, width)) {
    throw new StageError(
      `${stage}: shorter_side is ${shorter_side}, smaller than the ${height}×${width} that are cut out`,
      `set shorter_side: ${Math.max(height, width)} or more`,
    );
  }
  return { height, width, channels, fit, shorterSide: shorter_side };
}
