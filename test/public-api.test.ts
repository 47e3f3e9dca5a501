import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const SUBPATHS: Readonly<Record<string, readonly [file: string, names: readonly string[]]>> = {
  '.': [
    'index.ts',
    [
      'UsageError',
      'codeFrame',
      'compileMachine',
      'createMessageServices',
      'createRemoteServices',
      'createServices',
      'credentialsFrom',
      'describeWait',
      'generateModule',
      'hashOfMachine',
      'isResourceError',
      'isUsageError',
      'isValid',
      'linkWorkflows',
      'loadDocument',
      'missingCredentials',
      'parseDocument',
      'pendingInputs',
      'performStep',
      'persist',
      'planOf',
      'provideServices',
      'readArazzo',
      'readAsyncApi',
      'readOpenApi',
      'restore',
      'runWorkflow',
      'toMermaid',
      'validateArazzo',
    ],
  ],
  './machine': [
    'machine.ts',
    [
      'UsageError',
      'compileMachine',
      'describeWait',
      'hashOfMachine',
      'isUsageError',
      'pendingInputs',
      'persist',
      'planOf',
      'restore',
    ],
  ],
  './stytch': [
    'machines/stytch/index.ts',
    [
      'emailOtpDiscovery',
      'emailOtpDiscoveryPlan',
      'emailOtpLogin',
      'emailOtpLoginPlan',
      'smsOtpLogin',
      'smsOtpLoginPlan',
      'smsOtpMfa',
      'smsOtpMfaPlan',
      'whatsappOtpLogin',
      'whatsappOtpLoginPlan',
    ],
  ],
  './xpath': ['expressions/xpath.ts', ['xpath31']],
  './diagram': [
    'diagram/index.ts',
    ['allNodes', 'createGraph', 'diagramStyle', 'layoutGraph', 'renderSvg', 'toJson', 'toMermaid', 'toSvg'],
  ],
  './inspector': ['inspector/index.ts', ['createInspector']],
  './inspector/stately': ['inspector/stately.ts', ['createStatelyInspector']],
  './testing': [
    'testing/index.ts',
    [
      'COVERAGE_KINDS',
      'PathFailure',
      'coverageToMermaid',
      'createWorkflowModel',
      'describeWorkflow',
      'documentSources',
      'interpret',
      'isPathFailure',
      'shareOf',
      'startScriptedServer',
    ],
  ],
  './sandbox': [
    'sandbox/index.ts',
    [
      'createSandbox',
      'defaultProjectId',
      'defaultSecret',
      'demoEmail',
      'demoOrganizations',
      'demoPhoneNumber',
      'sandboxEmail',
      'sandboxPhoneNumber',
      'startSandbox',
    ],
  ],
  './client': ['client/index.ts', ['RemoteWorkflowError', 'fromRemoteWorkflow', 'isRemoteWorkflowError']],
  './react': ['react/index.ts', ['useCountdown', 'useWorkflow']],
  './server': [
    'server/index.ts',
    [
      'createEncryptedStore',
      'createHandler',
      'createMemoryStore',
      'createNodeListener',
      'createPostgresStore',
      'createRateLimiter',
      'createSessions',
      'createSqliteStore',
    ],
  ],
  './restate': ['restate/index.ts', ['createRestateService', 'createRestateSessions']],
};

describe('the public names', () => {
  it.each(Object.entries(SUBPATHS))('of "%s" are these', async (_subpath, [file, names]) => {
    const module = (await import(new URL(`../src/${file}`, import.meta.url).href)) as object;
    expect(Object.keys(module).toSorted()).toEqual(names);
  });

  it('are of every subpath that the package exports', () => {
    const exported = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');
    expect(exported).toEqual(Object.keys(SUBPATHS));
  });

  it.each(Object.entries(SUBPATHS))('of "%s" are where the package says', (subpath, [file]) => {
    const built = file.replace(/\.ts$/, '');
    expect(manifest.exports[subpath as keyof typeof manifest.exports]).toEqual({
      types: `./dist/${built}.d.ts`,
      default: `./dist/${built}.js`,
    });
  });
});
