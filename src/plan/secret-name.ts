const SECRET_WORDS =
  /(?:^|[_\-.])(?:token|secret|password|passwd|passphrase|jwt|credential|credentials|api[_-]?key|private[_-]?key|authorization|cookie)(?:$|[_\-.])/i;

/**
 * Whether a name looks like that of a secret: `session_token`, `clientSecret`, `api-key`. Words are told apart by
 * signs and by capitals, so that `tokenize` and `secretary` are not secrets.
 */
export function isSecretName(name: string): boolean {
  return SECRET_WORDS.test(name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_'));
}
