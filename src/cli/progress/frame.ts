// The live view as lines of text: one line a step, sized to the terminal. Pure; live.ts puts the lines on the screen.
// Where there are more steps than rows, finished and waiting steps are counted in one line each and the running ones stay.
import type { Paint } from '../paint.ts';
import { type ProgressFields, progressFields } from './progress-fields.ts';
import { clip, formatSeconds, plural } from './quantities.ts';
import { count, type RunView, type StepState, type StepView } from './run-view.ts';

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const MARK: Readonly<Record<Exclude<StepState, 'running'>, string>> = {
  waiting: '·',
  ran: '✔',
  reused: '↺',
  failed: '✖',
  skipped: '–',
  cancelled: '■',
};
const LONGEST_BAR = 24;

/** The whole frame. Every line fits in `columns`; the frame fits in `rows` while the run is on, and is whole once it has finished. */
export function frame(view: RunView, size: FrameSize, now: number, paint: Paint): readonly string[] {
  const columns = Math.max(20, size.columns - 1);
  const name = nameWidth(view, columns);
  const layout = layOut(
    view.steps.filter((step) => step.state === 'running'),
    columns - name - 4,
    now,
  );
  const line = (step: StepView): string => stepLine(step, name, columns, layout, now, paint);
  const done = (step: StepView): boolean => step.state === 'ran' || step.state === 'reused';
  if (view.finished !== undefined) {
    // What was reused is no news, one line says it; everything else stays to be read.
    const reused = view.steps.filter((step) => step.state === 'reused');
    const waiting = view.steps.filter((step) => step.state === 'waiting');
    const others = view.steps.filter((step) => step.state !== 'reused' && step.state !== 'waiting');
    return [
      ...reusedLine(reused, paint),
      ...others.map(line),
      ...counted(MARK.waiting, waiting, 'not begun', columns, paint.faint),
    ];
  }
  const head = [paint.strong(clip(headline(view), columns))];
  const foot = [paint.faint(clip(footline(view, columns, now), columns))];
  const room = size.rows - head.length - foot.length - 1;
  if (view.steps.length <= room) return [...head, ...view.steps.map(line), ...foot];

  const busy = view.steps.filter((step) => !done(step) && step.state !== 'waiting');
  const finished = view.steps.filter(done);
  const waiting = view.steps.filter((step) => step.state === 'waiting');
  const shown = busy.slice(-Math.max(1, room - 2));
  return [
    ...head,
    ...counted('✔', finished, 'done', columns, paint.good),
    ...shown.map(line),
    ...counted('·', waiting, 'waiting', columns, paint.faint),
    ...foot,
  ];
}

function headline(view: RunView): string {
  if (view.steps.length === 0) return `${view.pipeline}, planning…`;
  return `${view.pipeline} on ${view.engine}: ${plural(view.steps.length, 'step')}`;
}

function footline(view: RunView, columns: number, now: number): string {
  const elapsed = formatSeconds((now - view.startedAt) / 1000);
  const wide = columns >= 60;
  if (view.stopping) return `stopping: saving checkpoints${wide ? ' (Ctrl-C again: at once)' : ''} · ${elapsed}`;
  const finished = count(view, 'ran', 'reused');
  return `${finished}/${view.steps.length} done · ${elapsed} · Ctrl-C stops${wide ? ', the next run continues' : ''}`;
}

function reusedLine(reused: readonly StepView[], paint: Paint): readonly string[] {
  if (reused.length === 0) return [];
  const saved = reused.reduce((sum, step) => sum + (step.seconds ?? 0), 0);
  return [
    `${paint.good(MARK.reused)} ${plural(reused.length, 'step')} reused ${paint.faint(`(${formatSeconds(saved)} saved)`)}`,
  ];
}

function counted(
  mark: string,
  steps: readonly StepView[],
  word: string,
  columns: number,
  color: (text: string) => string,
): readonly string[] {
  return steps.length === 0 ? [] : [`${color(mark)} ${clip(`${plural(steps.length, 'step')} ${word}`, columns - 2)}`];
}

/** Names are aligned; on a narrow terminal they give way to what moves. */
function nameWidth(view: RunView, columns: number): number {
  const longest = Math.max(0, ...view.steps.map((step) => step.id.length));
  return Math.min(longest, Math.max(10, Math.floor(columns * (columns < 60 ? 0.4 : 0.35))));
}

function stepLine(step: StepView, name: number, columns: number, layout: Layout, now: number, paint: Paint): string {
  const room = columns - name - 4;
  const label = clip(step.id, name).padEnd(name);
  switch (step.state) {
    case 'waiting':
      return paint.faint(`${MARK.waiting} ${label}`.trimEnd());
    case 'running':
      return `${paint.active(SPINNER[Math.floor(now / 80) % SPINNER.length]!)} ${paint.strong(label)}  ${running(step, room, layout, now, paint)}`;
    case 'ran':
      return `${paint.good(MARK.ran)} ${label}  ${paint.faint(clip(formatSeconds(step.seconds ?? 0), room))}`;
    case 'reused':
      return `${paint.good(MARK.reused)} ${label}  ${paint.faint(clip('reused', room))}`;
    case 'failed':
      return `${paint.bad(MARK.failed)} ${label}  ${paint.bad(clip(firstLine(step.message ?? 'failed'), room))}`;
    case 'skipped':
      return `${paint.careful(MARK.skipped)} ${label}  ${paint.faint(clip(`not run: ${step.message ?? ''}`, room))}`;
    case 'cancelled':
      return `${paint.careful(MARK.cancelled)} ${label}  ${paint.faint(clip('stopped', room))}`;
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

type Field = keyof ProgressFields;

/** Which fields to show and how wide, the same for every running step so that they stand in columns. */
interface Layout {
  readonly bar: number;
  readonly fields: readonly { readonly field: Field; readonly width: number }[];
}

/** What tells most stays longest as the room shrinks. */
const PREFERENCES: readonly (readonly Field[])[] = [
  ['count', 'loss', 'rate', 'left'],
  ['count', 'loss', 'left'],
  ['count', 'left'],
  ['short', 'left'],
];

function layOut(steps: readonly StepView[], room: number, now: number): Layout {
  const rows = steps.map((step) => fieldTexts(step, now));
  const widthOf = (field: Field): number => Math.max(0, ...rows.map((row) => row[field].length));
  for (const [index, preference] of PREFERENCES.entries()) {
    const fields = preference.map((field) => ({ field, width: widthOf(field) })).filter(({ width }) => width > 0);
    const text = fields.reduce((sum, { width }) => sum + width + 2, 0);
    const last = index === PREFERENCES.length - 1;
    // A bar below eight cells says little: then rather one field less. At last rather no bar than no numbers.
    if (room - text >= 8 || last) return { bar: room - text >= 4 ? Math.min(LONGEST_BAR, room - text) : 0, fields };
  }
  return { bar: 0, fields: [] };
}

function fieldTexts(step: StepView, now: number): ProgressFields {
  const elapsed = formatSeconds((now - (step.startedAt ?? now)) / 1000);
  if (step.progress === undefined) return { count: '', short: '', loss: '', rate: '', left: elapsed };
  const fields = progressFields(step.progress, step.secondsLeft);
  return fields.left === '' ? { ...fields, left: elapsed } : fields;
}

function running(step: StepView, room: number, layout: Layout, now: number, paint: Paint): string {
  const texts = fieldTexts(step, now);
  const share = step.progress === undefined ? undefined : step.progress.done / step.progress.total;
  const bar =
    layout.bar === 0 ? '' : `${share === undefined ? ' '.repeat(layout.bar) : drawBar(share, layout.bar, paint)}  `;
  const fields = layout.fields.map(({ field, width }) => texts[field].padStart(width)).join('  ');
  if (share === undefined && step.message !== undefined) return paint.faint(clip(firstLine(step.message), room));
  return bar + clip(fields, room);
}

function drawBar(share: number, width: number, paint: Paint): string {
  const filled = Math.round(Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * width);
  return paint.active('━'.repeat(filled)) + paint.faint('─'.repeat(width - filled));
}
