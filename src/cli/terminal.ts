import { createPalette } from './render/palette.ts';
import type { Palette } from './render/palette.ts';

/** A stream that may be a terminal. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command sees of the world. Results go to `result`, everything else to `progress`. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly result: OutputStream;
  readonly progress: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person sits in front of it: both the input and the progress stream are terminals. */
  readonly interactive: boolean;
  /** The styles for `result`: none where it is not a terminal. */
  readonly resultStyle: Palette;
  /** The styles for `progress`: none where it is not a terminal. */
  readonly progressStyle: Palette;
  /** Aborted when the user interrupts the command. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds, for countdowns. */
  readonly now: () => number;
  readonly directory: string;
}

/** The streams and settings that make a terminal. */
export interface TerminalParts {
  readonly input: Terminal['input'];
  readonly result: OutputStream;
  readonly progress: OutputStream;
  readonly env: Terminal['env'];
  readonly signal: AbortSignal;
  readonly directory: string;
  readonly now?: () => number;
}

/** A terminal of the given streams; a `TERM` of `dumb` cannot move its cursor and is not asked at. */
export function createTerminal(parts: TerminalParts): Terminal {
  const { input, result, progress, env } = parts;
  return {
    input,
    result,
    progress,
    env,
    directory: parts.directory,
    // Asked for only by what can end cleanly: until then an interruption ends the process, as it always does.
    get signal() {
      return parts.signal;
    },
    now: parts.now ?? Date.now,
    interactive: input.isTTY === true && progress.isTTY === true && env['TERM'] !== 'dumb',
    resultStyle: createPalette(result, env),
    progressStyle: createPalette(progress, env),
  };
}

/** Writes a line of progress. */
export function tell(terminal: Terminal, line = ''): void {
  terminal.progress.write(`${line}\n`);
}

/** Writes a line of the result. */
export function give(terminal: Terminal, line: string): void {
  terminal.result.write(`${line}\n`);
}
