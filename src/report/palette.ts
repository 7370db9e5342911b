// Colours for classes and for methods, each in a light and a dark form, as CSS custom properties.
// The ten class colours are Petroff's sequence, made for colour-vision deficiency (M. A. Petroff, arXiv 2107.02270, 2021);
// the dark forms are lifted until they stand out on the dark ground. Names beside the marks carry the meaning as well.

interface Colour {
  readonly light: string;
  readonly dark: string;
}

const CLASS_COLOURS: readonly Colour[] = [
  { light: '#3f90da', dark: '#5aa5ea' },
  { light: '#f09a00', dark: '#ffb02e' },
  { light: '#bd1f01', dark: '#f0604a' },
  { light: '#8b9b99', dark: '#a9b8b6' },
  { light: '#832db6', dark: '#b678e0' },
  { light: '#a96b59', dark: '#c98d7b' },
  { light: '#e76300', dark: '#f5853a' },
  { light: '#a89a4e', dark: '#d0c382' },
  { light: '#5f6b78', dark: '#8e9baa' },
  { light: '#4fb8bd', dark: '#92dadd' },
];

/** Blue and vermilion first: the pair that is told apart under every common colour-vision deficiency. */
const METHOD_COLOURS: readonly Colour[] = [
  { light: '#c2542d', dark: '#f08a63' },
  { light: '#1f6fae', dark: '#6ab3ec' },
  { light: '#3d7f57', dark: '#79c398' },
  { light: '#7a4fa3', dark: '#b994e0' },
  { light: '#94701c', dark: '#d6b25a' },
  { light: '#9a3a67', dark: '#e28ab2' },
];

/** Strokes that tell methods apart without colour, as in a printed copy. */
export const METHOD_DASHES: readonly string[] = ['5 3', '', '2 3', '8 3 2 3', '1 4', '10 4'];

/** Past ten, hues go round by the golden angle, so that neighbours in the list are far apart on the wheel. */
function generated(index: number): Colour {
  const hue = Math.round((index * 137.508) % 360);
  const band = index % 3;
  return {
    light: `hsl(${hue} ${[62, 48, 72][band]!}% ${[42, 34, 50][band]!}%)`,
    dark: `hsl(${hue} ${[62, 48, 72][band]!}% ${[66, 74, 60][band]!}%)`,
  };
}

function colour(list: readonly Colour[], index: number): Colour {
  return list[index] ?? generated(index);
}

function declarations(prefix: string, list: readonly Colour[], count: number, mode: keyof Colour): string {
  return Array.from({ length: count }, (_, i) => `--${prefix}${i}:${colour(list, i)[mode]};`).join('');
}

/** Declarations of `--class0…` and `--method0…` for one colour scheme. */
export function paletteDeclarations(classes: number, methods: number, mode: 'light' | 'dark'): string {
  return declarations('class', CLASS_COLOURS, classes, mode) + declarations('method', METHOD_COLOURS, methods, mode);
}

/** The CSS value of a class's colour; -1, no class, is a neutral grey. */
export function classColour(index: number): string {
  return index < 0 ? 'var(--neutral)' : `var(--class${index})`;
}

/** The CSS value of a method's colour. */
export function methodColour(index: number): string {
  return `var(--method${index})`;
}
