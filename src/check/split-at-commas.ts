// Several values in one text of `--set`: `0.1,0.2`. Pure.

/** The parts between commas that stand in no string and no brackets. */
export function splitAtCommas(text: string): readonly { readonly text: string; readonly start: number }[] {
  const commas: number[] = [];
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (isQuoted && character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) commas.push(at);
  }
  const starts = [0, ...commas.map((at) => at + 1)];
  return starts.map((start, index) => ({ text: text.slice(start, commas[index] ?? text.length), start }));
}
