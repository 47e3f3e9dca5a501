import { isJsonObject, memberOf, setMember, type JsonValue } from '../document/json.ts';
import { MASK } from '../machines/mask.ts';
import { encodeStrictly } from '../openapi/percent-encoding.ts';
import { isSecretName } from '../plan/secret-name.ts';

/** Takes secrets out of what is shown. */
export interface Redactor {
  /** From now on the members of these names are secret, at any depth. */
  readonly addNames: (names: Iterable<string>) => void;
  /** From now on these texts are secret, wherever they stand. */
  readonly addValues: (values: Iterable<string>) => void;
  /** Remembers the secrets in a value, so that they are found where they stand under another name. */
  readonly learn: (value: JsonValue) => void;
  /** A copy without the secrets that are known by now. */
  readonly redact: (value: JsonValue) => JsonValue;
}

/** A text in a member that only looks secret is searched for elsewhere from this length on: `token_type: bearer`. */
const MIN_GUESSED_LENGTH = 8;

/** Shorter secrets are masked where a value is nothing else, not inside of other texts. */
const MIN_PART_LENGTH = 4;

/** Longer secrets are looked for one by one: no regular expression holds them. */
const MAX_PATTERN_LENGTH = 256;

/** The oldest of more learned secrets are forgotten; names and given values never are. */
const MAX_LEARNED = 1000;

/** A JSON web token, which is a secret whatever its name; without the end in brackets it only begins like one. */
const WEB_TOKEN = /\beyJ[\w-]{8,}(\.[\w-]+\.[\w-]*)?/g;

/** Credentials as HTTP writes them. */
const CREDENTIALS = /\b(?:Bearer|Basic|Digest)\s+[\w.~+/=-]{8,}/g;

/** What has a name inside of a text: the parameters of URLs and forms, the members of JSON, the elements of XML. */
const PARAMETER = /(^|[?&#])([^=&#?\s]{1,200})=([^&#\s]+)/g;
const JSON_MEMBER = /"((?:[^"\\]|\\.){1,200})"(\s{0,20}:\s{0,20})(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)/g;
const XML_ELEMENT = /<((?:[\w.-]{1,200}:)?([\w.-]{1,200})(?:\s[^<>]*)?)>[^<>]+(?=<\/)/g;

/**
 * Makes a redactor. A member is secret by its name: those given, and those that look it (`session_token`, `api-key`).
 * What once stood in a secret member is masked in every text, also as a URL writes it. In a list of parameters
 * (`{ name, value }`) the parameter's name counts.
 */
export function createRedactor(): Redactor {
  const names = new Set<string>();
  const given = new Set<string>();
  const learned = new Set<string>();
  let finder: Finder = { long: [], pattern: undefined };
  let outdated = false;

  const isSecret = (name: string): boolean => names.has(name) || isSecretName(name);
  const remember = (text: string): void => {
    if (text === '' || text === MASK || given.has(text)) return;
    // Said again: it is among the newest.
    outdated ||= !learned.delete(text);
    learned.add(text);
    const [oldest] = learned;
    if (learned.size > MAX_LEARNED && oldest !== undefined) learned.delete(oldest);
  };
  const learnAll = (value: JsonValue, declared: boolean): void => {
    if (typeof value === 'string') {
      if (declared || value.length >= MIN_GUESSED_LENGTH) remember(value);
    } else if (typeof value === 'number') {
      if (declared && Math.abs(value) > 99) remember(String(value));
    } else if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value) as readonly JsonValue[]) learnAll(member, declared);
    }
  };
  const learn = (value: JsonValue): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isJsonObject(value)) {
      const parameter = memberOf(value, 'name');
      for (const [name, member] of Object.entries(value)) {
        const by = name === 'value' && typeof parameter === 'string' ? parameter : name;
        if (isSecret(by)) learnAll(member, names.has(by));
        else learn(member);
      }
    } else for (const item of value) learn(item);
  };

  const known = (text: string): boolean => given.has(text) || learned.has(text);
  const cleanText = (text: string): string => {
    if (known(text)) return MASK;
    if (outdated) {
      finder = finderOf([...given, ...learned]);
      outdated = false;
    }
    let without = text;
    for (const secret of finder.long)
      if (secret.length <= without.length) without = without.replaceAll(secret, MASK);
    if (finder.pattern !== undefined) without = without.replace(finder.pattern, MASK);
    return without
      .replace(WEB_TOKEN, (whole, rest?: string) => (rest === undefined ? whole : MASK))
      .replace(CREDENTIALS, MASK)
      .replace(PARAMETER, (whole, sign: string, name: string) =>
        isSecret(decoded(name)) ? `${sign}${name}=${MASK}` : whole,
      )
      .replace(JSON_MEMBER, (whole, name: string, colon: string) =>
        isSecret(name) ? `"${name}"${colon}"${MASK}"` : whole,
      )
      .replace(XML_ELEMENT, (whole, tag: string, name: string) =>
        isSecret(name) ? `<${tag}>${MASK}` : whole,
      );
  };
  const redact = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return cleanText(value);
    if (typeof value === 'number') return known(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => redact(item));
    if (!isJsonObject(value)) return value;
    const clean: Record<string, JsonValue> = {};
    const parameter = memberOf(value, 'name');
    for (const [name, member] of Object.entries(value)) {
      const by = name === 'value' && typeof parameter === 'string' ? parameter : name;
      // A name may be data too: `{ byToken: { eyJ…: {} } }`.
      setMember(clean, cleanText(name), member !== null && isSecret(by) ? MASK : redact(member));
    }
    return clean;
  };

  return {
    learn,
    redact,
    addNames: (more) => {
      for (const name of more) names.add(name);
    },
    addValues: (values) => {
      for (const value of values) if (value !== '') given.add(value);
      outdated = true;
    },
  };
}

/** Finds each secret, also as URLs, forms and JSON write it; longer ones first, which may hold others. */
interface Finder {
  readonly long: readonly string[];
  readonly pattern: RegExp | undefined;
}

function finderOf(secrets: readonly string[]): Finder {
  const written = secrets
    .filter((secret) => secret.length >= MIN_PART_LENGTH)
    .flatMap((secret) => {
      // Some writers leave `!'()*` as they are.
      const strictly = encodeStrictly(secret);
      const inForms = strictly.replaceAll('%20', '+');
      return [secret, encoded(secret), strictly, inForms, JSON.stringify(secret).slice(1, -1)];
    });
  const all = [...new Set(written)].toSorted((a, b) => b.length - a.length);
  const short = all.filter(({ length }) => length <= MAX_PATTERN_LENGTH);
  const parts = short.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return {
    long: all.slice(0, all.length - short.length),
    pattern: parts.length === 0 ? undefined : new RegExp(parts.join('|'), 'g'),
  };
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair has no form in a URL.
    return text;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
