import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { createTerminal } from '../../../src/cli/terminal.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

class Screen extends Writable {
  readonly isTTY: boolean;
  // What marks stdout and stderr for `pipe`, which must not end them.
  readonly _isStdio = true;
  readonly columns = 100;
  readonly rows = 40;
  raw = '';
  readonly #watchers = new Set<() => void>();

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.raw += chunk.toString();
    done();
    for (const watcher of this.#watchers) watcher();
  }

  /** All that was written, without styles and movements of the cursor. */
  get text(): string {
    return stripVTControlCharacters(this.raw);
  }

  /** What was written since a text was last written, without styles. */
  since(text: string): string {
    const at = this.text.lastIndexOf(text);
    return at === -1 ? '' : this.text.slice(at);
  }

  /** Resolves once the text that was written after `from` characters of it matches. */
  async shows(pattern: RegExp, from = 0): Promise<void> {
    if (pattern.test(this.text.slice(from))) return;
    await new Promise<void>((resolve) => {
      const watcher = (): void => {
        if (!pattern.test(this.text.slice(from))) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }
}

/** A terminal without a screen: what a person types is written to it, what they would see is kept. */
export interface VirtualTerminal {
  readonly terminal: Terminal;
  readonly result: Screen;
  readonly progress: Screen;
  /** Types: each argument arrives at once. */
  readonly type: (...texts: readonly string[]) => void;
  /** Types once the progress shows something, counted from what was there when the last typing was asked for. */
  readonly typeAt: (pattern: RegExp, ...texts: readonly string[]) => Promise<void>;
  readonly interrupt: () => void;
  /** Ends the input, as a terminal that is closed does. */
  readonly hangUp: () => void;
}

export interface VirtualOptions {
  readonly isTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  readonly directory?: string;
}

/** The keys that prompts know, as a terminal sends them. */
export const KEYS = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  again: '\u0012',
  back: '\u0005',
  interrupt: '\u0003',
  endOfInput: '\u0004',
};

/** Makes a virtual terminal; `isTTY: false` is a job without one. */
export function createVirtualTerminal(options: VirtualOptions = {}): VirtualTerminal {
  const { isTTY = true, env = {}, now = Date.now, directory = process.cwd() } = options;
  const input = Object.assign(new PassThrough(), { isTTY });
  const result = new Screen(isTTY);
  const progress = new Screen(isTTY);
  const controller = new AbortController();
  const terminal = createTerminal({
    input,
    result,
    progress,
    env,
    signal: controller.signal,
    directory,
    now,
  });
  const type = (...texts: readonly string[]): void => {
    for (const text of texts) input.write(text);
  };
  let seen = 0;
  return {
    terminal,
    result,
    progress,
    type,
    typeAt: async (pattern, ...texts) => {
      await progress.shows(pattern, seen);
      seen = progress.text.length;
      type(...texts);
    },
    interrupt: () => controller.abort(),
    hangUp: () => input.end(),
  };
}
