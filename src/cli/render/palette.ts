import { styleText } from 'node:util';

/** The styles of the command line, each a function from text to styled text. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly accent: (text: string) => string;
  /** Whether the styles do anything. */
  readonly styled: boolean;
}

function asItIs(text: string): string {
  return text;
}

const PLAIN: Palette = {
  bold: asItIs,
  dim: asItIs,
  good: asItIs,
  bad: asItIs,
  warning: asItIs,
  accent: asItIs,
  styled: false,
};

function style(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false });
}

/**
 * The styles for a stream: colours where it is a terminal and `NO_COLOR` is not set, plain text everywhere else.
 *
 * @see https://no-color.org
 */
export function createPalette(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const noColor = env['NO_COLOR'];
  if (stream.isTTY !== true || (noColor !== undefined && noColor !== '') || env['TERM'] === 'dumb')
    return PLAIN;
  return {
    bold: style('bold'),
    dim: style('dim'),
    good: style('green'),
    bad: style('red'),
    warning: style('yellow'),
    accent: style('cyan'),
    styled: true,
  };
}
