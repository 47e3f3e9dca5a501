import { expect, it } from 'vitest';

import { isUriReference, resolveUri, withoutFragment } from '../../src/document/uri.ts';

it.each([
  [
    'https://api.example.com/workflows/purchase.arazzo.yaml',
    '../specs/petstore.yaml',
    'https://api.example.com/specs/petstore.yaml',
  ],
  [
    'file:///Users/dev/projects/workflows/purchase.arazzo.yaml',
    '../specs/petstore.yaml',
    'file:///Users/dev/projects/specs/petstore.yaml',
  ],
  [
    'https://workflows.example.com/a7b3c4d5',
    'specs/petstore.yaml',
    'https://workflows.example.com/specs/petstore.yaml',
  ],
  ['app://docs/flows/a.yaml', '../b.yaml', 'app://docs/b.yaml'],
  ['file:///a/b.yaml', 'https://x.test/y', 'https://x.test/y'],
  ['file:///a/b.yaml', '//[', '//['],
  ['urn:docs/flows/a.yaml', './b.yaml#/x', 'urn:docs/flows/b.yaml#/x'],
  ['relative/a.yaml', 'b.yaml', 'b.yaml'],
  ['mailto:a@b.c', 'x', 'x'],
])('resolves against %s the reference %s as %s', (base, reference, expected) => {
  expect(resolveUri(base, reference)).toBe(expected);
});

it('takes the fragment off', () => {
  expect(withoutFragment('file:///a#/b')).toBe('file:///a');
  expect(withoutFragment('file:///a')).toBe('file:///a');
});

it.each(['', 'a', './a/b.yaml?c=d#e', '//host/a', 'urn:a:b', 'https://[::1]:80/%20', './a:b', '#a'])(
  'takes %j for a URI-reference',
  (text) => expect(isUriReference(text)).toBe(true),
);

it.each(['a b', 'a%2', 'C:\\a', 'a#b#c', '1a:b', 'é', '<a>', '{a}'])(
  'does not take %j for a URI-reference',
  (text) => expect(isUriReference(text)).toBe(false),
);
