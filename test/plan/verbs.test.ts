import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/plan/state-names.ts';
import { VERBS } from '../../src/plan/verbs.ts';

const entries = [...VERBS];

describe('the verbs', () => {
  it('are some hundreds of single words in lower case', () => {
    expect(entries.length).toBeGreaterThan(200);
    for (const [verb] of entries) expect(wordsOf(verb)).toEqual([verb]);
  });

  it('have participles in camel case whose first word ends in "ing"', () => {
    for (const [, { participle }] of entries) {
      expect(participle).toMatch(/^[a-z]+(?:[A-Z][a-z]+)*$/);
      expect(wordsOf(participle)[0]).toMatch(/ing$/);
    }
  });

  it.each([
    'get',
    'list',
    'read',
    'fetch',
    'find',
    'search',
    'check',
    'create',
    'add',
    'update',
    'set',
    'put',
    'post',
    'delete',
    'remove',
    'run',
    'process',
  ])('know that "%s" says too little alone', (verb) => {
    expect(VERBS.get(verb)?.weak).toBe(true);
  });

  it.each([
    ['send', 'sending'],
    ['authenticate', 'authenticating'],
    ['exchange', 'exchanging'],
    ['login', 'loggingIn'],
    ['verify', 'verifying'],
  ])('know that "%s" says enough alone: %s', (verb, participle) => {
    expect(VERBS.get(verb)).toEqual({ participle, weak: false });
  });
});
