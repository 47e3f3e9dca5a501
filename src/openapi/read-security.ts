import { isJsonObject, memberOf, type JsonObject, type JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import { resolveUri } from '../document/uri.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { SecurityScheme } from './operation.ts';
import { dereference } from './reference.ts';
import { listAt, objectAt } from './unusable-part.ts';

/**
 * The security requirements of an operation: its own when it has any (an empty list says that it needs none), else
 * those of the description. Each alternative is the list of schemes that must be met together.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function readSecurity(
  openapi: OpenApiDocument,
  entry: OperationEntry,
): readonly (readonly SecurityScheme[])[] {
  const own = entry.operation['security'];
  const pointer = own === undefined ? '/security' : `${entry.pointer}/security`;
  return listAt(openapi, own ?? openapi.root['security'], pointer, '"security"').map((item, index) => {
    const requirement = objectAt(openapi, item, `${pointer}/${index}`, 'A security requirement').value;
    return Object.entries(requirement).map(([name, scopes]) => readScheme(openapi, name, scopes));
  });
}

function readScheme(openapi: OpenApiDocument, name: string, scopes: JsonValue): SecurityScheme {
  const components = openapi.root['components'];
  const schemes = isJsonObject(components) ? components['securitySchemes'] : undefined;
  const written = isJsonObject(schemes) ? memberOf(schemes, name) : undefined;
  const pointer = childPointer('/components/securitySchemes', name);
  const found = written === undefined ? undefined : dereference(openapi.document, written, pointer);
  if (found === undefined || 'problem' in found || !isJsonObject(found.value)) {
    return { kind: 'unsupported', name, type: 'undeclared' };
  }
  const scheme = found.value;
  switch (scheme['type']) {
    case 'http': {
      const kind = String(scheme['scheme']).toLowerCase();
      return kind === 'basic' || kind === 'bearer'
        ? { kind, name }
        : { kind: 'unsupported', name, type: `http ${kind}` };
    }
    case 'apiKey': {
      const location = scheme['in'];
      const parameter = scheme['name'];
      if (typeof parameter !== 'string') break;
      if (location !== 'header' && location !== 'query' && location !== 'cookie') break;
      return { kind: 'apiKey', name, in: location, parameter };
    }
    case 'oauth2':
    case 'openIdConnect': {
      const url = tokenUrl(scheme['flows']);
      return {
        kind: 'oauth2',
        name,
        scopes: Array.isArray(scopes) ? scopes.map(String) : [],
        ...(url === undefined ? {} : { tokenUrl: resolveUri(openapi.document.uri, url) }),
      };
    }
  }
  return {
    kind: 'unsupported',
    name,
    type: typeof scheme['type'] === 'string' ? scheme['type'] : 'undeclared',
  };
}

function tokenUrl(flows: JsonValue | undefined): string | undefined {
  if (!isJsonObject(flows)) return undefined;
  const ordered: (JsonValue | undefined)[] = [flows['clientCredentials'], ...Object.values(flows)];
  const flow = ordered.find(
    (item): item is JsonObject => isJsonObject(item) && typeof item['tokenUrl'] === 'string',
  );
  return flow === undefined ? undefined : String(flow['tokenUrl']);
}
