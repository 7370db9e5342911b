// The live view in a terminal. listr2 owns the screen (redrawing, the cursor, output that others write meanwhile); what is drawn
// is frame.ts. The renderer draws the run view rather than one listr task a step, because a step's state comes from run events and
// a sweep has more steps than a terminal has rows.
import { DefaultRenderer, Listr, type ListrRendererFactory } from 'listr2';
import type { RunEvent } from '../../run/events.ts';
import { describeTerminal } from '../terminal.ts';
import { paintFor } from '../paint.ts';
import { frame } from './frame.ts';
import type { ProgressView } from './progress-view.ts';
import { advance, emptyView, type RunView } from './run-view.ts';

/** Draws on process.stdout until closed; `writeLine` then gets the lines that stay. `now` in milliseconds. */
export function openLiveView(title: string, writeLine: (line: string) => void, now: () => number): ProgressView {
  let view: RunView = { ...emptyView(now()), pipeline: title };
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  class RunRenderer extends DefaultRenderer {
    override create(): string {
      // Read at every frame: the window may have been resized.
      const terminal = describeTerminal(process.stdout, process.env);
      return frame(view, terminal, now(), paintFor(terminal.color)).join('\n');
    }
  }

  const list = new Listr([{ title: 'run', task: () => finished }], {
    renderer: RunRenderer as unknown as ListrRendererFactory,
    // Ctrl-C belongs to the runner, which lets the steps save their checkpoints.
    registerSignalListeners: false,
    // The last frame is written below, whole and after the screen is given back, so that it is never cut to the height of the window.
    rendererOptions: { clearOutput: true },
  });
  const drawn = list.run();
  return {
    listener: (event: RunEvent) => {
      view = advance(view, event, now());
    },
    stopping: () => {
      view = { ...view, stopping: true };
    },
    view: () => view,
    close: async () => {
      finish();
      await drawn;
      const terminal = describeTerminal(process.stdout, process.env);
      for (const line of frame(view, terminal, now(), paintFor(terminal.color))) writeLine(line);
    },
  };
}
