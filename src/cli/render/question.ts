import type { JsonObject } from '../../document/json.ts';
import type { InteractionDescription } from '../../machines/describe-redirect.ts';
import { maskSecrets } from '../../machines/mask.ts';
import { tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { printable } from './printable.ts';
import { renderValues } from './values.ts';

/** Shows what an interaction asks: the prompt, and what the document wants to be seen beside it. */
export function tellQuestion(terminal: Terminal, { prompt, context }: InteractionDescription): void {
  const style = terminal.progressStyle;
  for (const line of printable(prompt).split('\n'))
    tell(terminal, `  ${line.replace(/\*\*([^*]+)\*\*/g, (_all, text: string) => style.bold(text))}`);
  const shown = maskSecrets(context) as JsonObject;
  if (Object.keys(shown).length === 0) return;
  for (const line of renderValues(shown, style).split('\n')) tell(terminal, `    ${style.dim('│')} ${line}`);
}
