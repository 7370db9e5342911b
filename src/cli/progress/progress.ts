// What shows a run while it is on. The live view is loaded only where there is a terminal to draw on.
import type { Terminal } from '../terminal.ts';
import { openPlainView } from './plain.ts';
import type { ProgressView } from './progress-view.ts';

/** `title` is the first line, out before anything heavy is loaded. */
export async function openProgress(
  title: string,
  terminal: Terminal,
  writeLine: (line: string) => void,
): Promise<ProgressView> {
  const now = (): number => performance.now();
  if (!terminal.live) return openPlainView(title, writeLine, terminal, now);
  const { openLiveView } = await import('./live.ts');
  return openLiveView(title, writeLine, now);
}
