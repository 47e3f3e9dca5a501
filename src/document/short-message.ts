/** What a message quotes is cut after this many characters, and the message itself after ten times as many. */
const MAX_QUOTED = 200;

const LONG_QUOTE = new RegExp(`"([^"]{${MAX_QUOTED}})[^"]+"`, 'g');

/** A message as long as a person reads it: a document may give its names any length, and each is quoted. */
export function shortMessage(message: string): string {
  if (message.length <= MAX_QUOTED) return message;
  const short = message.replace(LONG_QUOTE, '"$1…"');
  return short.length > MAX_QUOTED * 10 ? `${short.slice(0, MAX_QUOTED * 10)}…` : short;
}
