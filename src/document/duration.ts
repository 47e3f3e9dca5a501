const DURATION =
  /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** More seconds than this cannot be counted in milliseconds. */
export const MAX_SECONDS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What one of each part is worth, in the order in which they are written. */
const UNITS_MS = [365 * DAY, 30 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND] as const;

/**
 * Reads a duration of ISO 8601 (`PT8H`, `P2D`, `P1Y2M3W4DT5H6M7.5S`) as whole milliseconds, rounded up. It has no
 * calendar, so a year counts 365 days, a month 30, and a day 24 hours.
 *
 * @returns `undefined` for what is no duration, and for one that is too long to be counted in milliseconds
 */
export function parseDuration(text: string): number | undefined {
  const parts = DURATION.exec(text)?.slice(1);
  if (parts === undefined) return undefined;
  const total = UNITS_MS.reduce((sum, unit, index) => sum + Number(parts[index] ?? 0) * unit, 0);
  const whole = Math.ceil(total);
  return Number.isSafeInteger(whole) ? whole : undefined;
}
