import { globSync, readFileSync } from 'node:fs';
import type { JsonValue } from '../../src/document/json.ts';
import { childOf } from '../../src/document/json-pointer.ts';
import { parseDocument } from '../../src/document/parse-document.ts';

/** The texts of a document and of what it refers to, by the name of the source. */
export interface Texts {
  readonly document: string;
  /** Descriptions of OpenAPI, and of AsyncAPI. */
  readonly openapi: Readonly<Record<string, string>>;
  readonly arazzo?: Readonly<Record<string, string>>;
}

/** A whole document to start from: its texts, and its tree and those of its descriptions. */
export interface Seed {
  readonly name: string;
  readonly texts: Texts;
  readonly tree: JsonValue;
  readonly descriptions: Readonly<Record<string, JsonValue>>;
}

const here = new URL('seeds/', import.meta.url);
const workflows = new URL('../../workflows/', import.meta.url);

const LOGINS: readonly (readonly [login: string, description: string])[] = [
  ['sms-otp-login', 'stytch-consumer-openapi.yml'],
  ['email-otp-login', 'stytch-consumer-openapi.yml'],
  ['sms-otp-mfa', 'stytch-b2b-openapi.yml'],
  ['email-otp-discovery', 'stytch-b2b-openapi.yml'],
];

function treeOf(text: string): JsonValue {
  const { value, diagnostics } = parseDocument(text, { uri: 'file:///seed.yaml' });
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value.value;
}

function seed(name: string, texts: Texts): Seed {
  const descriptions = Object.fromEntries(
    Object.entries(texts.openapi).map(([key, text]) => [key, treeOf(text)]),
  );
  return { name, texts, tree: treeOf(texts.document), descriptions };
}

const text = (base: URL, path: string): string => readFileSync(new URL(path, base), 'utf8');

/** The small document that uses a little of everything. */
export const everything: Seed = seed('everything', {
  document: text(here, 'everything.arazzo.yaml'),
  openapi: {
    shop: text(here, 'everything.openapi.yaml'),
    events: text(here, 'everything.asyncapi.yaml'),
  },
  arazzo: { mail: text(here, 'called.arazzo.yaml') },
});

/** The same document over a description in Swagger 2.0. */
export const inSwagger: Seed = seed('in Swagger', {
  ...everything.texts,
  openapi: { shop: text(here, 'everything.swagger.yaml') },
});

/** What the descriptions refer to, by the URI under which the pipeline knows it. */
export const PARTS: Readonly<Record<string, string>> = {
  'file:///fuzz/parts.openapi.yaml': text(here, 'parts.openapi.yaml'),
};

/** The small document in which people are asked for everything. */
export const asking: Seed = seed('asking', {
  document: text(here, 'asking.arazzo.yaml'),
  openapi: { shop: text(here, 'everything.openapi.yaml') },
});

/** The ready-made logins. */
export const logins: readonly Seed[] = LOGINS.map(([login, description]) => {
  const document = text(workflows, `${login}.arazzo.yaml`);
  const source = /^ {2}- name: (\S+)/m.exec(document)?.[1] ?? 'stytch';
  return seed(login, { document, openapi: { [source]: text(workflows, `openapi/${description}`) } });
});

/** The example workflows, with the documents that they call. */
export const examples: readonly Seed[] = globSync('examples/*/*.arazzo.yaml', { cwd: workflows })
  .toSorted()
  .map((path) => {
    const url = new URL(path, workflows);
    const document = text(url, '');
    const openapi: Record<string, string> = {};
    const arazzo: Record<string, string> = {};
    const sources = childOf(treeOf(document), 'sourceDescriptions');
    for (const { name, url: place, type } of sources as readonly Record<string, string>[]) {
      if (name === undefined || place === undefined) throw new Error(`A source of ${path} is incomplete.`);
      (type === 'arazzo' ? arazzo : openapi)[name] = text(url, place);
    }
    return seed(path, { document, openapi, arazzo });
  });
