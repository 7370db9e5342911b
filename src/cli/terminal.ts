// What the place that output goes to can show: colours, a redrawn view, how many columns. From the stream and the environment
// alone, so that tests give both. Knows nothing of what is shown.

export interface Terminal {
  readonly color: boolean;
  /** Lines may be redrawn in place. */
  readonly live: boolean;
  readonly columns: number;
  readonly rows: number;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/**
 * Reads NO_COLOR (https://no-color.org), FORCE_COLOR, TERM, CI and COLUMNS. NO_COLOR wins over FORCE_COLOR, which wins over
 * what the stream is. A continuous-integration log is never redrawn, even where it calls itself a terminal.
 */
export function describeTerminal(stream: Stream, environment: Environment): Terminal {
  const tty = stream.isTTY === true;
  const dumb = environment['TERM'] === 'dumb';
  const asked = Number.parseInt(environment['COLUMNS'] ?? '', 10);
  const columns = tty && stream.columns ? stream.columns : Number.isInteger(asked) && asked > 0 ? asked : 80;
  return {
    color: useColor(tty && !dumb, environment),
    live: tty && !dumb && !isSet(environment['CI']),
    columns: Math.max(columns, 20),
    rows: Math.max(stream.rows ?? 24, 4),
  };
}

function useColor(terminal: boolean, environment: Environment): boolean {
  if (isSet(environment['NO_COLOR'])) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return terminal;
}
