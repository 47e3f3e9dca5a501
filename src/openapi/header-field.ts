/**
 * Why a header cannot be sent: its name is not one, or its value holds characters that would end it. The value is not
 * quoted. `undefined` where it can be sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function headerProblem(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return `"${name.slice(0, 80)}" is not a header name.`;
  // Anything but a tab, the printable characters of ASCII and the upper half of Latin-1.
  if (/[^\t\x20-\x7E\x80-\xFF]/.test(value)) {
    return `The value of the header "${name}" holds characters that a header cannot carry.`;
  }
  return undefined;
}
