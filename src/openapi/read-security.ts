import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { resolveUri } from '../document/uri.ts';
import { childNode, rootNode, type DescriptionNode } from './description-documents.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { SecurityScheme } from './operation.ts';
import { rootServers } from './read-servers.ts';
import { dereference } from './reference.ts';
import { listAt, objectAt, UnusablePart } from './unusable-part.ts';

/**
 * The security requirements of an operation: its own when it has any (an empty list says that it needs none), else
 * those of the description. Each alternative is the list of schemes that must be met together. `mutualTLS` is met by
 * the connection and not by a request, so it is in none of them.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function readSecurity(
  openapi: OpenApiDocument,
  entry: OperationEntry,
): readonly (readonly SecurityScheme[])[] {
  const level = entry.node.value['security'] === undefined ? rootNode(openapi.document) : entry.node;
  return listAt(level, 'security').map((item) => {
    const requirement = objectAt(openapi.documents, item, 'A security requirement');
    return Object.entries(requirement.value)
      .map(([name, scopes]) => readScheme(openapi, requirement, name, scopes))
      .filter((scheme) => scheme.kind !== 'unsupported' || scheme.type !== 'mutualTLS');
  });
}

function readScheme(
  openapi: OpenApiDocument,
  requirement: DescriptionNode,
  name: string,
  scopes: JsonValue,
): SecurityScheme {
  const scheme = findScheme(openapi, requirement, name);
  if (scheme === undefined) return { kind: 'unsupported', name, type: 'undeclared' };
  const type = typeof scheme['type'] === 'string' ? scheme['type'] : 'undeclared';
  switch (type) {
    case 'basic':
      return { kind: 'basic', name };
    case 'http': {
      const kind = typeof scheme['scheme'] === 'string' ? scheme['scheme'].toLowerCase() : 'undeclared';
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
      const url = tokenUrl(scheme);
      return {
        kind: 'oauth2',
        name,
        scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
        ...(url === undefined ? {} : { tokenUrl: absolute(openapi, url) }),
      };
    }
  }
  return { kind: 'unsupported', name, type };
}

/** From 3.2 on a requirement may name a scheme by its URI instead of its name. */
function findScheme(
  openapi: OpenApiDocument,
  requirement: DescriptionNode,
  name: string,
): JsonObject | undefined {
  const root = rootNode(openapi.document);
  const [group, map] =
    openapi.dialect === '2.0'
      ? [root, 'securityDefinitions']
      : [childNode(root, 'components'), 'securitySchemes'];
  const schemes = group === undefined ? undefined : childNode(group, map);
  let node = schemes === undefined ? undefined : childNode(schemes, name);
  if (node === undefined && openapi.dialect === '3.2' && /[#/.]/.test(name)) {
    const found = openapi.documents.find(openapi.documents.resolve(name, requirement));
    node = found === undefined || 'unread' in found ? undefined : found;
  }
  const found = node === undefined ? undefined : dereference(openapi.documents, node);
  return found !== undefined && 'value' in found && isJsonObject(found.value) ? found.value : undefined;
}

/** The token URL for a client's own credentials; of the only flow, where that is another one. */
function tokenUrl(scheme: JsonObject): string | undefined {
  if (typeof scheme['tokenUrl'] === 'string') return scheme['tokenUrl'];
  const flows = scheme['flows'];
  if (!isJsonObject(flows)) return undefined;
  const ordered: (JsonValue | undefined)[] = [flows['clientCredentials'], ...Object.values(flows)];
  const urls = ordered.map((flow) => (isJsonObject(flow) ? flow['tokenUrl'] : undefined));
  return urls.find((url) => typeof url === 'string');
}

/** The URLs of an API are relative to its first server, and that to where the description was read from. */
function absolute(openapi: OpenApiDocument, url: string): string {
  return resolveUri(firstServerUrl(openapi) ?? openapi.document.uri, url);
}

function firstServerUrl(openapi: OpenApiDocument): string | undefined {
  try {
    const server = rootServers(openapi)[0];
    const filled = server?.url.replaceAll(
      /\{([^{}]*)\}/g,
      (whole, name: string) =>
        (Object.hasOwn(server.variables, name) ? server.variables[name]?.default : undefined) ?? whole,
    );
    return filled !== undefined && URL.canParse(filled) ? filled : undefined;
  } catch (error) {
    // Servers that cannot be read are a problem of the operations that use them.
    if (error instanceof UnusablePart) return undefined;
    throw error;
  }
}
