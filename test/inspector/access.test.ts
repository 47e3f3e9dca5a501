import { describe, expect, it } from 'vitest';
import { admit } from '../../src/inspector/access.ts';

const rules = { port: 4000, token: 'T0ken', allowOrigins: new Set(['https://app.example']) };
const host = '127.0.0.1:4000';
const target = '/T0ken/main.js';

describe('a request', () => {
  it.each([
    ['of this machine', { host, origin: undefined, target }],
    ['by the name localhost', { host: 'localhost:4000', origin: undefined, target }],
    ['of the page itself', { host, origin: 'http://127.0.0.1:4000', target }],
  ])('%s is let in', (_name, knock) => {
    expect(admit(knock, rules, 'page')).toEqual({ kind: 'in', path: 'main.js' });
  });

  it.each([
    ['a host of another name', { host: 'evil.example:4000', origin: undefined, target }, 421],
    ['another port', { host: '127.0.0.1:4001', origin: undefined, target }, 421],
    ['no host', { host: undefined, origin: undefined, target }, 421],
    [
      'a host that begins like this one',
      { host: '127.0.0.1:4000.evil.example', origin: undefined, target },
      421,
    ],
    ['no token', { host, origin: undefined, target: '/' }, 404],
    ['a wrong token', { host, origin: undefined, target: '/T0keN/main.js' }, 404],
    ['the token elsewhere', { host, origin: undefined, target: '/x/T0ken?T0ken' }, 404],
    ['an origin elsewhere', { host, origin: 'https://evil.example', target }, 403],
    ['another page of this machine', { host, origin: 'http://localhost:3000', target }, 403],
    ['a hidden origin', { host, origin: 'null', target }, 403],
    ['an origin that applications may have', { host, origin: 'https://app.example', target }, 403],
  ])('with %s is refused', (_name, knock, status) => {
    expect(admit(knock, rules, 'page')).toEqual({ kind: 'refused', status });
  });
});

describe('the socket of an application', () => {
  const socket = { host, target: '/T0ken' };

  it.each([
    undefined,
    'http://localhost:5173',
    'https://localhost',
    'http://127.0.0.1:3000',
    'http://[::1]:8080',
    'https://app.example',
  ])('is taken from the origin %s', (origin) => {
    expect(admit({ ...socket, origin }, rules, 'application')).toEqual({ kind: 'in', path: '' });
  });

  it.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://localhost:3000.evil.example',
    'https://app.example:444',
    'null',
    'file://',
  ])('is not taken from the origin %s', (origin) => {
    expect(admit({ ...socket, origin }, rules, 'application')).toEqual({ kind: 'refused', status: 403 });
  });

  it('is not taken without the token, from wherever', () => {
    expect(admit({ host, origin: undefined, target: '/' }, rules, 'application')).toEqual({
      kind: 'refused',
      status: 404,
    });
  });
});
