import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { installPackage, run, type Ended } from './installed-package.ts';

let folder = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  // What a subpath needs beside XState, as its users have it.
  const needed = ['react', '@xstate/react', '@restatedev/restate-sdk', '@restatedev/xstate'] as const;
  const packages = needed.map((name) => `${name}@${manifest.devDependencies[name]}`);
  ({ folder, packed } = await installPackage(packages));
});

afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

/** Runs a module in the folder that the package is installed in. */
async function evaluate(script: string): Promise<Ended> {
  return run(process.execPath, ['--input-type=module', '--eval', script], folder);
}

describe('the packed package', () => {
  it('holds what was built and from what, the workflows, the documentation and the licence, and nothing else', () => {
    const unexpected = packed.filter(
      (path) =>
        !/^(?:(?:dist|src|workflows|docs)\/|package\.json$|(?:README|ARCHITECTURE|CHANGELOG)\.md$|LICENSE$)/.test(
          path,
        ),
    );
    expect(unexpected).toEqual([]);
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.d.ts',
        'dist/cli/main.js',
        'LICENSE',
        'src/index.ts',
        'docs/server.md',
        'workflows/sms-otp-login.arazzo.yaml',
      ]),
    );
  });

  it('brings XState along as a peer, once', async () => {
    const { code, stdout } = await run('npm', ['ls', 'xstate', '--all', '--parseable'], folder);
    expect(code).toBe(0);
    const places = stdout.split('\n').filter((line) => /node_modules[\\/]xstate$/.test(line));
    expect(new Set(places).size).toBe(1);
  });

  it.each(Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json'))(
    'gives "%s", in silence',
    async (subpath) => {
      const specifier = JSON.stringify(subpath.replace(/^\./, 'arazzo-xstate'));
      const ended = await evaluate(`
      const names = Object.keys(await import(${specifier}));
      if (names.length === 0) throw new Error('nothing');
    `);
      expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  it('refuses what it does not export', async () => {
    const { stderr } = await evaluate(`await import('arazzo-xstate/dist/index.js')`);
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('runs a ready-made login against its sandbox', async () => {
    const ended = await evaluate(`
      import { provideServices, runWorkflow } from 'arazzo-xstate';
      import { smsOtpLogin } from 'arazzo-xstate/stytch';
      import { startSandbox } from 'arazzo-xstate/sandbox';
      const { url, sandbox, close } = await startSandbox();
      const result = await runWorkflow(smsOtpLogin, {
        inputs: { phone_number: '+14155550134' },
        services: { servers: { stytchConsumerApi: url }, credentials: () => ({ username: sandbox.projectId, password: sandbox.secret }) },
        ask: async () => ({ type: 'submit', values: { code: sandbox.lastCodeFor('+14155550134') } }),
      });
      await close();
      console.log(result.status, typeof result.outputs.sessionToken, typeof provideServices);
    `);
    expect(ended).toEqual({ code: 0, stdout: 'done string function\n', stderr: '' });
  });

  it('has types that hold without those of Node', async () => {
    await writeFile(
      join(folder, 'consumer.ts'),
      `import { createActor } from 'xstate';
       import { describeWait, loadDocument, type WaitDescription } from 'arazzo-xstate';
       import { compileMachine } from 'arazzo-xstate/machine';
       import { smsOtpLogin } from 'arazzo-xstate/stytch';
       import { createSandbox } from 'arazzo-xstate/sandbox';
       const actor = createActor(smsOtpLogin, { input: { inputs: { phone_number: '+10000000000' } } });
       actor.send({ type: 'submit', values: { code: '000000' } });
       export const waiting: boolean = actor.getSnapshot().matches('awaitingCode');
       export const wait: WaitDescription | undefined = describeWait(actor.getSnapshot());
       // @ts-expect-error -- the types are there: a misspelt state is refused
       actor.getSnapshot().matches('awaitingCodes');
       export const plan = (await loadDocument('x.yaml')).value?.plans[0];
       export const machine = plan === undefined ? undefined : compileMachine(plan);
       export const code: string | undefined = createSandbox().lastCodeFor('+10000000000');
      `,
    );
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--types',
      '',
    ];
    const { code, stdout } = await run(process.execPath, [tsc, ...options, 'consumer.ts'], folder);
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });

  it('has a command that validates and runs', async () => {
    const bin = join(folder, 'node_modules', '.bin', 'arazzo-xstate');
    const document = join(folder, 'node_modules', 'arazzo-xstate', 'workflows', 'sms-otp-login.arazzo.yaml');
    expect(await readFile(document, 'utf8')).toContain('sms-otp-login');
    const validated = await run(bin, ['validate', document, '--json'], folder);
    expect(validated.code).toBe(0);
    expect(JSON.parse(validated.stdout)).toMatchObject({
      valid: true,
      workflows: [{ workflowId: 'sms-otp-login' }],
    });
    const ran = await run(
      bin,
      ['run', document, '--sandbox', '--json', '-i', 'phone_number=+10000000000', '-i', 'code=000000'],
      folder,
    );
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ workflowId: 'sms-otp-login', status: 'done' });
  });
});
