import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpResolver } from '../../src/services/http-resolver.ts';
import { createFileResolver } from '../../src/services/node-files.ts';
import { isResourceError, resolverByScheme } from '../../src/services/resolver.ts';
import { answer, refusedUrl, serve } from './test-server.ts';

async function reasonOf(reading: Promise<string>): Promise<string> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  if (!isResourceError(error)) throw new Error(`Not a ResourceError: ${String(error)}`);
  return error.reason;
}

describe('the file resolver', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'resolver-'));
    await mkdir(join(folder, 'root'));
    await mkdir(join(folder, 'root-2'));
    await writeFile(join(folder, 'root', 'a b.yaml'), 'a: Zoë');
    await writeFile(join(folder, 'root', 'binary'), Buffer.from([255, 254, 0]));
    await writeFile(join(folder, 'outside.yaml'), 'secret');
    await writeFile(join(folder, 'root-2', 'outside.yaml'), 'secret');
    await symlink(join(folder, 'outside.yaml'), join(folder, 'root', 'link.yaml'));
    execFileSync('mkfifo', [join(folder, 'root', 'pipe')]);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('reads URIs and paths, relative ones too', async () => {
    const read = createFileResolver();
    const path = join(folder, 'root', 'a b.yaml');
    expect(await read(pathToFileURL(path).href)).toBe('a: Zoë');
    expect(await read(`${pathToFileURL(path).href}#/a`)).toBe('a: Zoë');
    expect(await read(path)).toBe('a: Zoë');
    expect(await read(relative(process.cwd(), path))).toBe('a: Zoë');
  });

  it('says why a file cannot be read', async () => {
    const read = createFileResolver({ maxBytes: 5 });
    expect(await reasonOf(read(join(folder, 'none.yaml')))).toBe('missing');
    expect(await reasonOf(read(join(folder, 'outside.yaml', 'x')))).toBe('missing');
    expect(await reasonOf(read(folder))).toBe('directory');
    expect(await reasonOf(read(join(folder, 'outside.yaml')))).toBe('too-large');
    expect(await reasonOf(read(join(folder, 'root', 'binary')))).toBe('not-text');
    expect(await reasonOf(read('file://remote.test/x'))).toBe('not-supported');
    expect(await reasonOf(read('a\0b'))).toBe('missing');
  });

  it('does not wait for a pipe', async () => {
    expect(await reasonOf(createFileResolver()(join(folder, 'root', 'pipe')))).toBe('unreadable');
  });

  it('reads nothing outside of its roots, whatever dots and links say', async () => {
    const read = createFileResolver({ roots: [join(folder, 'root')] });
    expect(await read(join(folder, 'root', 'a b.yaml'))).toBe('a: Zoë');
    const outside = [
      join(folder, 'outside.yaml'),
      join(folder, 'root-2', 'outside.yaml'),
      `${folder}/root/../outside.yaml`,
      `${pathToFileURL(folder).href}/root/%2e%2e/outside.yaml`,
      join(folder, 'root', 'link.yaml'),
      join(folder, 'does-not-exist'),
    ];
    for (const path of outside) expect(await reasonOf(read(path))).toBe('not-allowed');
    expect(await reasonOf(read(join(folder, 'root', 'none')))).toBe('missing');
  });
});

describe('the file resolver, within its roots', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roots-'));
    await mkdir(join(folder, 'root', 'sub'), { recursive: true });
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'root', 'a.yaml'), 'a');
    await writeFile(join(folder, 'other', 'b.yaml'), 'b');
    await symlink(join(folder, 'root', 'a.yaml'), join(folder, 'root', 'sub', 'inside.yaml'));
    await symlink(join(folder, 'other'), join(folder, 'root', 'away'));
    await symlink(join(folder, 'root', 'loop'), join(folder, 'root', 'loop'));
    await symlink(join(folder, 'root'), join(folder, 'alias'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('follows links that stay inside, and none that leaves, through a folder either', async () => {
    const read = createFileResolver({ roots: [join(folder, 'root')] });
    expect(await read(join(folder, 'root', 'sub', 'inside.yaml'))).toBe('a');
    expect(await read(`${folder}/root/sub/../a.yaml`)).toBe('a');
    expect(await reasonOf(read(join(folder, 'root', 'away', 'b.yaml')))).toBe('not-allowed');
    expect(await reasonOf(read(join(folder, 'root', 'away', 'none.yaml')))).toBe('missing');
    expect(await reasonOf(read(join(folder, 'root', 'loop')))).toBe('unreadable');
  });

  it('reads from several, and from one that is itself a link', async () => {
    const both = createFileResolver({ roots: [join(folder, 'root'), join(folder, 'other')] });
    expect(await both(join(folder, 'root', 'away', 'b.yaml'))).toBe('b');
    const alias = createFileResolver({ roots: [join(folder, 'alias')] });
    expect(await alias(join(folder, 'alias', 'a.yaml'))).toBe('a');
    expect(await alias(join(folder, 'root', 'a.yaml'))).toBe('a');
    expect(await reasonOf(alias(join(folder, 'other', 'b.yaml')))).toBe('not-allowed');
  });

  it('is not led out by other ways to write a path', async () => {
    const root = join(folder, 'root');
    const read = createFileResolver({ roots: [root] });
    const reasons = await Promise.all(
      [
        `${root}/..\\other\\b.yaml`,
        'C:\\Windows\\win.ini',
        'file:///C:/Windows/win.ini',
        'file://host/share/b.yaml',
        '\\\\host\\share\\b.yaml',
        `${pathToFileURL(root).href}/..%2Fother%2Fb.yaml`,
        `${pathToFileURL(root).href}/.%2e/other/b.yaml`,
        `FILE://${folder}/other/b.yaml`,
        `file:${folder}/other/b.yaml`,
        root.replace(/root$/, 'ROOT/../other/b.yaml'),
        '/proc/self/environ',
      ].map((uri) => reasonOf(read(uri))),
    );
    expect(reasons.filter((reason) => !['missing', 'not-allowed', 'not-supported'].includes(reason))).toEqual(
      [],
    );
    expect(reasons.filter((reason) => reason === 'missing')).toHaveLength(1);
  });
});

describe('the http resolver', () => {
  const everything = { allow: () => true };

  it('reads nothing unless it may', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await reasonOf(createHttpResolver()(url))).toBe('not-allowed');
    expect(requests).toBe(0);
  });

  it('reads a text', async () => {
    const url = await serve(answer('a: Zoë'));
    expect(await createHttpResolver(everything)(`${url}/a.yaml`)).toBe('a: Zoë');
  });

  it('follows redirects only to where it may read', async () => {
    const secret = await serve(answer('secret'));
    const url = await serve((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/a' });
      if (request.url === '/away') response.writeHead(302, { location: secret });
      if (request.url === '/round') response.writeHead(302, { location: '/round' });
      response.end('here');
    });
    const read = createHttpResolver({ allow: ({ origin }) => origin === url });
    expect(await read(`${url}/moved`)).toBe('here');
    expect(await reasonOf(read(`${url}/away`))).toBe('not-allowed');
    expect(await reasonOf(read(`${url}/round`))).toBe('unreadable');
  });

  it('follows five redirects, one after the other, and no more', async () => {
    const url = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(307, { location: `${left - 1}` });
      response.end('here');
    });
    const read = createHttpResolver(everything);
    expect(await read(`${url}/5`)).toBe('here');
    expect(await reasonOf(read(`${url}/6`))).toBe('unreadable');
  });

  it('follows no redirect to a file, nor to a URL with credentials', async () => {
    const url = await serve((request, response) => {
      const location = request.url === '/file' ? 'file:///etc/hosts' : 'http://user:hunter2@a.test/';
      response.writeHead(302, { location }).end();
    });
    const read = createHttpResolver(everything);
    expect(await reasonOf(read(`${url}/file`))).toBe('not-supported');
    expect(await reasonOf(read(`${url}/user`))).toBe('not-allowed');
  });

  it('sends no credentials and no cookie', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.cookie);
      response.setHeader('set-cookie', 'a=b');
      response.end('a');
    });
    const read = createHttpResolver(everything);
    await read(url);
    await read(url);
    expect(seen).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('counts bytes after decompression, and stops at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const url = await serve(answer(bomb, { 'content-encoding': 'gzip' }));
    expect(await reasonOf(createHttpResolver({ ...everything, maxBytes: 1000 })(url))).toBe('too-large');
  });

  it('stops waiting for a body that does not end, and when it is told to', async () => {
    const url = await serve((_request, response) => {
      response.write('a');
    });
    expect(await reasonOf(createHttpResolver({ ...everything, timeoutMs: 100 })(url))).toBe('timeout');
    const controller = new AbortController();
    const reading = createHttpResolver(everything)(url, controller.signal);
    controller.abort();
    expect(await reasonOf(reading)).toBe('unreadable');
  });

  it('says why a URL cannot be read, without its query', async () => {
    const missing = await serve(answer('', {}, 404));
    const broken = await serve(answer('', {}, 500));
    const large = await serve(answer('0123456789'));
    const silent = await serve(() => undefined);
    const read = createHttpResolver({ ...everything, maxBytes: 5, timeoutMs: 100 });
    expect(await reasonOf(read(missing))).toBe('missing');
    expect(await reasonOf(read(broken))).toBe('unreadable');
    expect(await reasonOf(read(await refusedUrl()))).toBe('unreadable');
    expect(await reasonOf(read(large))).toBe('too-large');
    expect(await reasonOf(read(silent))).toBe('timeout');
    expect(await reasonOf(read('ftp://a.test/x'))).toBe('not-supported');
    expect(await reasonOf(read('http://user:hunter2@a.test/'))).toBe('not-allowed');
    const error: unknown = await read(`${missing}/x?token=hunter2`).catch((thrown: unknown) => thrown);
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('hunter2');
  });
});

describe('resolvers by scheme', () => {
  it('pass a URI to the one that knows it, a path to that of files', async () => {
    const read = resolverByScheme({ file: async (uri) => `file ${uri}`, http: async (uri) => `http ${uri}` });
    expect(await read('a/b.yaml')).toBe('file a/b.yaml');
    expect(await read('C:\\a.yaml')).toBe('file C:\\a.yaml');
    expect(await read('HTTP://a.test')).toBe('http HTTP://a.test');
    expect(await reasonOf(read('constructor:x'))).toBe('not-supported');
  });
});
