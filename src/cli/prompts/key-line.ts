import type { Palette } from '../render/palette.ts';
import { formatSeconds, secondsUntil } from './keys.ts';
import type { PromptOffers } from './keys.ts';

/** Whether the line changes with time: then the prompt must be drawn again every second. */
export function isTicking(offers: PromptOffers, now: number): boolean {
  const repeatFrom = offers.repeat?.from;
  return offers.expiresAt !== undefined || (repeatFrom !== undefined && repeatFrom > now);
}

/** The line under a prompt: which keys do what, and the countdowns. */
export function keyLine(offers: PromptOffers, enter: string, now: number, style: Palette): string {
  const parts = [`${style.bold('enter')} ${style.dim(enter)}`];
  if (offers.repeat !== undefined) {
    const seconds = offers.repeat.from === undefined ? 0 : secondsUntil(offers.repeat.from, now);
    const when = seconds > 0 ? ` in ${formatSeconds(seconds)}` : '';
    parts.push(`${style.bold('ctrl+r')} ${style.dim(`${offers.repeat.label}${when}`)}`);
  }
  if (offers.revise !== undefined) parts.push(`${style.bold('ctrl+e')} ${style.dim(offers.revise.label)}`);
  if (offers.decline !== undefined) parts.push(`${style.bold('ctrl+x')} ${style.dim(offers.decline.label)}`);
  parts.push(`${style.bold('esc')} ${style.dim('cancel')}`);
  if (offers.expiresAt !== undefined) {
    const left = secondsUntil(offers.expiresAt, now);
    parts.push(style.dim(left > 0 ? `${formatSeconds(left)} left` : 'time is up'));
  }
  return parts.join(style.dim(' · '));
}
