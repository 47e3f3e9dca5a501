import { describe, expect, it } from 'vitest';
import { operationIn, readFiles } from './open-api.ts';

const openapi = readFiles({
  'https://specs.test/apis/a.yaml': `
openapi: 3.2.0
servers: [{ url: 'https://{host}.test/v1/', variables: { host: { default: api } } }]
paths:
  /a:
    get: { operationId: mutual, security: [{ tls: [] }] }
    put: { operationId: both, security: [{ tls: [], key: [] }] }
    post: { operationId: token, security: [{ oauth: [read] }] }
    patch: { operationId: uri, security: [{ 'schemes.yaml#/b': [] }, { '#/components/securitySchemes/key': [] }] }
    delete: { operationId: none, security: [{ gone: [] }, { 'schemes.yaml#/gone': [] }] }
    head: { operationId: digest, security: [{ digest: [] }, { oidc: [] }] }
components:
  securitySchemes:
    tls: { type: mutualTLS }
    key: { type: apiKey, in: cookie, name: k }
    digest: { type: http, scheme: Digest }
    oidc: { type: openIdConnect, openIdConnectUrl: https://auth.test/ }
    oauth:
      type: oauth2
      flows:
        authorizationCode: { authorizationUrl: /x, tokenUrl: /code }
        clientCredentials: { tokenUrl: token }
`,
  'https://specs.test/apis/schemes.yaml': 'b: { type: http, scheme: BEARER }',
});

const securityOf = (id: string) => operationIn(openapi, id).security;
const key = { kind: 'apiKey', in: 'cookie', parameter: 'k' };

describe('the security of an operation', () => {
  it('leaves mutual TLS to the connection', () => {
    expect(securityOf('mutual')).toEqual([[]]);
    expect(securityOf('both')).toEqual([[{ ...key, name: 'key' }]]);
  });

  it('has the token URL for client credentials, relative to the server', () => {
    expect(securityOf('token')).toEqual([
      [{ kind: 'oauth2', name: 'oauth', scopes: ['read'], tokenUrl: 'https://api.test/v1/token' }],
    ]);
  });

  it('finds a scheme by its URI', () => {
    expect(securityOf('uri')).toEqual([
      [{ kind: 'bearer', name: 'schemes.yaml#/b' }],
      [{ ...key, name: '#/components/securitySchemes/key' }],
    ]);
  });

  it('keeps what it does not know, by name and type', () => {
    expect(securityOf('none')).toEqual([
      [{ kind: 'unsupported', name: 'gone', type: 'undeclared' }],
      [{ kind: 'unsupported', name: 'schemes.yaml#/gone', type: 'undeclared' }],
    ]);
    expect(securityOf('digest')).toEqual([
      [{ kind: 'unsupported', name: 'digest', type: 'http digest' }],
      [{ kind: 'oauth2', name: 'oidc', scopes: [] }],
    ]);
  });
});
