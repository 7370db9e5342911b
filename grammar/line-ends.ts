// How many lines end in a stretch of a text. The lexer does not count lines, which would cost it half of its time; who needs to know whether two
// tokens stand on one line asks for what lies between them.

const LF = 10;
const CR = 13;

/** Lines end with LF, CRLF or a lone CR. `from` and `to` are offsets; the stretch is half-open. */
export function lineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) count += 1;
  }
  return count;
}
