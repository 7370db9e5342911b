// The words and signs of the language, in the order in which the lexer tries them.
// A string is one token; what stands in its braces is parsed later, by src/syntax. Comments go to a channel of their own.
import { createToken, Lexer, type TokenType } from 'chevrotain';

const sign = (name: string, text: string): TokenType => createToken({ name, pattern: text, label: `\`${text}\`` });

export const Identifier = createToken({ name: 'Identifier', pattern: /[A-Za-z_][A-Za-z0-9_]*/, label: 'a name' });

/** The name of a binding, where it begins a statement; see mark-names.ts. */
export const BindingName = createToken({ name: 'BindingName', pattern: Lexer.NA, label: 'a name' });
/** A name with `:` behind it; see mark-names.ts. */
export const Label = createToken({ name: 'Label', pattern: Lexer.NA, label: 'a name' });
/** The word `stage` where it begins a type and no definition; see mark-names.ts. */
export const StageOf = createToken({ name: 'StageOf', pattern: Lexer.NA, label: '`stage`' });

const keyword = (name: string, text: string): TokenType =>
  createToken({ name, pattern: text, longer_alt: Identifier, label: `\`${text}\`` });

const Whitespace = createToken({
  name: 'Whitespace',
  pattern: /[ \t\r\n\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const DocComment = createToken({ name: 'DocComment', pattern: /\/\/\/[^\r\n]*/, group: 'comments' });
const Comment = createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: 'comments' });

export const Import = keyword('Import', 'import');
export const From = keyword('From', 'from');
export const Stage = keyword('Stage', 'stage');
export const Pipeline = keyword('Pipeline', 'pipeline');
export const Profile = keyword('Profile', 'profile');
export const For = keyword('For', 'for');
export const In = keyword('In', 'in');
export const Yield = keyword('Yield', 'yield');
export const With = keyword('With', 'with');
export const Output = keyword('Output', 'output');
export const True = keyword('True', 'true');
export const False = keyword('False', 'false');
export const None = keyword('None', 'none');
/** Two words, one token: neither `one` nor `of` is taken from the user's names. */
export const OneOf = createToken({ name: 'OneOf', pattern: /one[ \t]+of(?![A-Za-z0-9_])/, label: '`one of`' });

/** Two words, one token, as above. */
export const ByCommand = createToken({
  name: 'ByCommand',
  pattern: /by[ \t]+command(?![A-Za-z0-9_])/,
  label: '`by command`',
});
export const ByModule = createToken({
  name: 'ByModule',
  pattern: /by[ \t]+module(?![A-Za-z0-9_])/,
  label: '`by module`',
});
/** Only before a string, comments aside, so that the word is not taken from the user's names. */
export const Reads = createToken({
  name: 'Reads',
  pattern: /reads(?=(?:[ \t\r\n]|\/\/[^\r\n]*[\r\n])*")/,
  line_breaks: false,
  label: '`reads`',
});

/** Whatever may stand between two words. */
const gap = String.raw`(?:[ \t\r\n]|\/\/[^\r\n]*[\r\n])*`;
const wordBefore = (name: string, word: string, next: string): TokenType =>
  createToken({
    ...{ name, pattern: new RegExp(`${word}(?![A-Za-z0-9_])(?=${gap}${next})`), line_breaks: false },
    label: `\`${word.replace('[ \\t]+', ' ')}\``,
  });

/** Like `reads`, the words of published numbers are words only where no name could stand, and are not taken from the user's names. */
export const Published = wordBefore('Published', 'published', '"');
export const Under = wordBefore('Under', 'under', `[A-Za-z_][A-Za-z0-9_]*${gap}\\{`);
export const Within = wordBefore('Within', 'within', '\\d');
export const NotBelow = wordBefore('NotBelow', 'at[ \\t]+least', '[-\\d]');
export const NotAbove = wordBefore('NotAbove', 'at[ \\t]+most', '[-\\d]');

/** A number with its unit, on one line: `8 GiB`, `2 h`. The list of units is in src/syntax/units.ts. */
export const Quantity = createToken({
  name: 'Quantity',
  pattern: /\d+(?:\.\d+)?[ \t]*(?:KiB|MiB|GiB|TiB|kB|MB|GB|TB|ms|min|[Bshd])(?![A-Za-z0-9_])/,
  label: 'a quantity',
});
export const Number = createToken({
  name: 'Number',
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/,
  label: 'a number',
});

export const Text = createToken({ name: 'Text', pattern: Lexer.NA, label: 'a string' });
export const ClosedText = createToken({
  name: 'ClosedText',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  categories: Text,
  label: 'a string',
});
/** A string that its line does not close: the lexer takes the rest of the line, so that one slip gives one error. */
export const OpenText = createToken({
  name: 'OpenText',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*/,
  categories: Text,
  label: 'a string',
});
/** Quotes of other languages, taken as a string so that one slip gives one error. */
export const ForeignText = createToken({
  name: 'ForeignText',
  pattern: /'[^'\r\n]*'|\u201C[^\u201C\u201D\r\n"]*[\u201D"]/,
  categories: Text,
  label: 'a string',
});

export const Arrow = sign('Arrow', '->');
export const Range = sign('Range', '..');
export const AtLeast = sign('AtLeast', '>=');
export const AtMost = sign('AtMost', '<=');
export const Less = sign('Less', '<');
export const Greater = sign('Greater', '>');
export const Equals = sign('Equals', '=');
export const Fallback = sign('Fallback', '??');
export const Question = sign('Question', '?');
export const Comma = sign('Comma', ',');
export const Colon = sign('Colon', ':');
export const Dot = sign('Dot', '.');
export const At = sign('At', '@');
export const Plus = sign('Plus', '+');
export const Minus = sign('Minus', '-');
export const Times = sign('Times', '*');
export const Divide = sign('Divide', '/');
export const Remainder = sign('Remainder', '%');
export const LeftParenthesis = sign('LeftParenthesis', '(');
export const RightParenthesis = sign('RightParenthesis', ')');
export const LeftBracket = sign('LeftBracket', '[');
export const RightBracket = sign('RightBracket', ']');
export const LeftBrace = sign('LeftBrace', '{');
export const RightBrace = sign('RightBrace', '}');

/** Every token type, in the lexer's order: longer signs before their beginnings, keywords before names. */
export const tokens: TokenType[] = [
  ...[Whitespace, DocComment, Comment],
  ...[
    // Before words that they begin with: `with`.
    Published,
    Under,
    Within,
    NotBelow,
    NotAbove,
    Import,
    From,
    Stage,
    Pipeline,
    Profile,
    For,
    In,
    Yield,
    With,
    Output,
    True,
    False,
    None,
    OneOf,
    ByCommand,
    ByModule,
    Reads,
    Identifier,
    BindingName,
    Label,
    StageOf,
  ],
  ...[Quantity, Number, Text, ClosedText, OpenText, ForeignText],
  ...[Arrow, Range, AtLeast, AtMost, Less, Greater, Equals, Fallback, Question, Comma, Colon, Dot, At],
  ...[Plus, Minus, Times, Divide, Remainder],
  ...[LeftParenthesis, RightParenthesis, LeftBracket, RightBracket, LeftBrace, RightBrace],
];
