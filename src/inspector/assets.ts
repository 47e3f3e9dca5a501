import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

/** A file of the page. */
export interface Asset {
  readonly contentType: string;
  readonly body: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
};

/** Only names of one part: nothing outside of the folder can be meant. */
const NAME = /^[a-z0-9-]+\.(?<extension>html|css|js|ts)$/;

/** The folder `page` beside this file: scripts as they were built, or, in the sources, as they are written. */
const FOLDER = new URL('page/', import.meta.url);
const FROM_SOURCES = import.meta.url.endsWith('.ts');

const cache = new Map<string, Promise<Asset | undefined>>();

/** A file of the page by its name; `undefined` where there is none. */
export function readAsset(name: string): Promise<Asset | undefined> {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const extension = NAME.exec(name)?.groups?.['extension'];
  if (extension === undefined || (extension === 'ts' && !FROM_SOURCES)) return Promise.resolve(undefined);
  const asset = read(name, TYPES[extension] ?? '');
  cache.set(name, asset);
  // Names that do not exist are not remembered: there is no end of them.
  void asset.then((found) => found ?? cache.delete(name));
  return asset;
}

async function read(name: string, contentType: string): Promise<Asset | undefined> {
  const file = FROM_SOURCES ? name.replace(/\.js$/, '.ts') : name;
  try {
    const text = await readFile(new URL(file, FOLDER), 'utf8');
    return { contentType, body: file.endsWith('.ts') ? stripTypeScriptTypes(text) : text };
  } catch {
    return undefined;
  }
}
