// Progress where nothing can be redrawn (a pipe, a file, a log of continuous integration): one line when a step starts and when it
// ends, and in between at most one every few seconds a step. Lines are whole; whoever reads them decides how to wrap.
import type { RunEvent } from '../../run/events.ts';
import { paintFor } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import { progressFields } from './progress-fields.ts';
import type { ProgressView } from './progress-view.ts';
import { formatSeconds, plural } from './quantities.ts';
import { advance, emptyView, type RunView, type StepView } from './run-view.ts';

const PROGRESS_EVERY_MS = 5000;

/** `now` in milliseconds. */
export function openPlainView(
  title: string,
  writeLine: (line: string) => void,
  terminal: Pick<Terminal, 'color'>,
  now: () => number,
): ProgressView {
  const paint = paintFor(terminal.color);
  let view: RunView = emptyView(now());
  const lastLine = new Map<string, number>();

  const say = (text: string): void => {
    const elapsed = ((now() - view.startedAt) / 1000).toFixed(1).padStart(6);
    writeLine(`${paint.faint(`[${elapsed} s]`)} ${text}`);
  };
  const stepOf = (id: string): StepView | undefined => view.steps.find((step) => step.id === id);

  say(`check   ${title}`);
  const listener = (event: RunEvent): void => {
    view = advance(view, event, now());
    switch (event.event) {
      case 'planned':
        return say(planLine(event));
      case 'started':
        lastLine.set(event.step, now());
        return say(`start   ${event.step}  ${paint.faint(`(${event.reason})`)}`);
      case 'progress': {
        if (now() - (lastLine.get(event.step) ?? -Infinity) < PROGRESS_EVERY_MS) return;
        lastLine.set(event.step, now());
        return say(`        ${event.step}  ${progressText(stepOf(event.step))}`);
      }
      case 'log':
        return say(
          `${event.level === 'warning' ? paint.careful('warn    ') : '        '}${event.step}  ${event.message}`,
        );
      case 'reused':
        return say(
          `${paint.good('reuse')}   ${event.step}  ${paint.faint(`(${formatSeconds(event.seconds_saved)} saved)`)}`,
        );
      case 'ran':
        return say(`${paint.good('done')}    ${event.step}  ${formatSeconds(event.seconds)}`);
      case 'failed':
        return say(`${paint.bad('failed')}  ${event.step}`);
      case 'skipped':
        return say(`${paint.careful('skip')}    ${event.step}  needs ${event.because}`);
      case 'cancelled':
        return say(`${paint.careful('stop')}    ${event.step}`);
      case 'published':
      case 'finished':
        return;
    }
  };
  return {
    listener,
    stopping: () => {
      view = { ...view, stopping: true };
      say('stopping: the running steps save a checkpoint first (Ctrl-C again stops at once)');
    },
    view: () => view,
    close: async () => undefined,
  };
}

function planLine(event: Extract<RunEvent, { event: 'planned' }>): string {
  const of = (verdict: string): number => event.steps.filter((step) => step.verdict === verdict).length;
  const parts = [
    `${of('reuse')} to reuse`,
    `${of('run')} to run`,
    ...(of('depends') > 0 ? [`${of('depends')} depending on these`] : []),
  ];
  return `plan    ${event.pipeline} on ${event.engine}: ${plural(event.steps.length, 'step')}, ${parts.join(', ')}`;
}

function progressText(step: StepView | undefined): string {
  if (step?.progress === undefined) return '';
  const { count, loss, rate, left } = progressFields(step.progress, step.secondsLeft);
  return [count.trimStart(), loss, rate, left, step.progress.message ?? ''].filter((text) => text !== '').join(', ');
}
