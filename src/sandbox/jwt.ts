import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isJsonObject } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { uuid } from './ids.ts';

/** Signs and checks session JWTs. */
export interface JwtSigner {
  /** The public half, as a JWKS endpoint lists it. */
  readonly jwk: () => JsonObject;
  /** A compact RS256 JWT with these claims. */
  readonly sign: (claims: JsonObject) => string;
  /** The claims of a JWT that this signer made, expired or not; `undefined` for any other text. */
  readonly verify: (jwt: string) => JsonObject | undefined;
}

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly kid: string;
}

let sharedKeyPair: KeyPair | undefined;

// An RSA key takes about a tenth of a second to make: all sandboxes of a process share one, made on first use.
function keyPair(): KeyPair {
  if (sharedKeyPair === undefined) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKey = createPublicKey(privateKey);
    const digest = createHash('sha256')
      .update(publicKey.export({ format: 'der', type: 'spki' }))
      .digest();
    sharedKeyPair = { privateKey, publicKey, kid: `jwk-test-${uuid(digest.subarray(0, 16))}` };
  }
  return sharedKeyPair;
}

const encode = (value: JsonValue): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The signer of session JWTs: RS256 with a key pair made when first needed and kept for the process. */
export function createJwtSigner(): JwtSigner {
  return {
    jwk: () => {
      const { publicKey, kid } = keyPair();
      const { kty = 'RSA', n = '', e = '' } = publicKey.export({ format: 'jwk' });
      return { kty, use: 'sig', key_ops: ['verify'], alg: 'RS256', kid, n, e };
    },
    sign: (claims) => {
      const { privateKey, kid } = keyPair();
      const content = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
      return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
    },
    verify: (jwt) => {
      const [header, payload, signature, ...rest] = jwt.split('.');
      if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
        return undefined;
      }
      const content = Buffer.from(`${header}.${payload}`);
      if (!verify('sha256', content, keyPair().publicKey, Buffer.from(signature, 'base64url')))
        return undefined;
      const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
      return isJsonObject(claims) ? claims : undefined;
    },
  };
}
