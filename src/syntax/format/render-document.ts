// A document and a width → text. A group stays on one line where it and what follows it up to the next line end fit (Wadler 2003, in the
// imperative form of Oppen 1980). Lines have no trailing spaces, the text ends with one line end, and nothing follows a comment on its line.
import { textWidth } from '../../diagnostics/display-width.ts';
import type { Doc } from './document.ts';

const STEP = 2;

interface Task {
  readonly doc: Doc;
  readonly depth: number;
  readonly flat: boolean;
}

/** Columns are those of a terminal. Empty for a document without text. */
export function renderDocument(doc: Doc, width: number): string {
  const page = openPage();
  const tasks: Task[] = [{ doc, depth: 0, flat: false }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const { doc: current, depth, flat } = task;
    if (typeof current === 'string') {
      if (current === ' ') page.space();
      else if (current !== '') page.text(current, depth);
      continue;
    }
    switch (current.kind) {
      case 'concat':
        for (const part of current.parts.toReversed()) tasks.push({ doc: part, depth, flat });
        break;
      case 'indent':
        tasks.push({ doc: current.content, depth: depth + 1, flat });
        break;
      case 'group': {
        const content: Task = { doc: current.content, depth, flat: true };
        const onOneLine = !current.breaksInside && (flat || fits(content, tasks, width - page.column(depth)));
        tasks.push(onOneLine ? content : { ...content, flat: false });
        break;
      }
      case 'line':
        if (!flat) page.newline(current.blank);
        else if (current.flat === ' ') page.space();
        break;
      case 'newline':
        page.newline(current.blank);
        break;
      case 'comma':
        if (!current.broken || !flat) page.comma(depth);
        break;
      case 'comment':
        page.comment(current.text, current.own, depth);
        break;
    }
  }
  return page.finish();
}

/** Whether `first` on one line, and what comes behind it up to the next possible line end, take no more than `room` columns. */
function fits(first: Task, behind: readonly Task[], room: number): boolean {
  const tasks: Task[] = [first];
  let rest = behind.length;
  let left = room;
  /** Behind a comment only a comma belongs to its line, which goes before it. */
  let isCommented = false;
  while (left >= 0) {
    let task = tasks.pop();
    if (task === undefined) {
      rest -= 1;
      task = behind[rest];
      if (task === undefined) return true;
    }
    const { doc, depth, flat } = task;
    if (typeof doc === 'string') {
      if (isCommented && doc !== '') return true;
      left -= textWidth(doc);
      continue;
    }
    switch (doc.kind) {
      case 'concat':
        for (const part of doc.parts.toReversed()) tasks.push({ doc: part, depth, flat });
        break;
      case 'indent':
        tasks.push({ doc: doc.content, depth, flat });
        break;
      case 'group':
        tasks.push({ doc: doc.content, depth, flat: !doc.breaksInside });
        break;
      case 'line':
        if (!flat || isCommented) return true;
        left -= doc.flat.length;
        break;
      case 'comma':
        if (!doc.broken || !flat) left -= 1;
        break;
      case 'comment':
        if (doc.own || isCommented) return true;
        isCommented = true;
        break;
      case 'newline':
        return true;
    }
  }
  return false;
}

/** The text so far, with the rules about lines that hold wherever a document breaks. Indentation is written with the first text of a line. */
function openPage() {
  const out: string[] = [];
  let columns = 0;
  let isStart = true;
  let spaceDue = false;
  /** Index in `out` of the comment that ends the current line. */
  let commentAt: number | undefined;
  /** Line ends since the last text; two at the start of the file, where no empty line is wanted. */
  let ends = 2;

  function write(text: string, depth: number): void {
    if (isStart) {
      columns = depth * STEP;
      out.push(' '.repeat(columns));
    } else if (spaceDue) {
      out.push(' ');
      columns += 1;
    }
    isStart = false;
    spaceDue = false;
    ends = 0;
    out.push(text);
    columns += textWidth(text);
  }

  function newline(blank: boolean): void {
    for (const wanted = blank ? 2 : 1; ends < wanted; ends += 1) out.push('\n');
    isStart = true;
    spaceDue = false;
    commentAt = undefined;
  }

  return {
    /** The column that the next text starts in. */
    column: (depth: number): number =>
      isStart || commentAt !== undefined ? depth * STEP : columns + (spaceDue ? 1 : 0),
    newline,
    /** Written with the text behind it, if that is on the same line. */
    space(): void {
      spaceDue = true;
    },
    text(text: string, depth: number): void {
      if (commentAt !== undefined) newline(false);
      write(text, depth);
    },
    comma(depth: number): void {
      if (commentAt === undefined) write(',', depth);
      else out.splice(commentAt, 0, ',');
    },
    comment(text: string, own: boolean, depth: number): void {
      if (commentAt !== undefined || (own && !isStart)) newline(false);
      const isBehind = !isStart;
      if (isBehind) spaceDue = true;
      write(text, depth);
      commentAt = out.length - (isBehind ? 2 : 1);
    },
    finish(): string {
      if (out.length > 0) newline(false);
      return out.join('').replace(/\n+$/, '\n');
    },
  };
}
