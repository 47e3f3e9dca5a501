import { isJsonObject, memberOf, setMember, type JsonObject, type JsonValue } from '../../document/json.ts';
import type { XmlElement } from '../../expressions/xpath-engine.ts';
import { childSchema, flattened } from './sample-schema.ts';

/** An element as XML text. */
export function writeXml({ name, attributes, children }: XmlElement): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(value).replaceAll('"', '&quot;')}"`,
  );
  const inner = children
    .map((child) => (typeof child === 'string' ? escaped(child) : writeXml(child)))
    .join('');
  return inner === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * A value as the XML that its schema says: members are elements, or attributes where `xml: { attribute: true }` says
 * so; items stand side by side, or in an element of their own where they are `wrapped`.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#xml-object
 */
export function xmlOf(value: JsonValue, schema: JsonValue, name = 'root'): XmlElement {
  return elementOf(value, schema, schema, rootName(schema) ?? name);
}

function rootName(schema: JsonValue): string | undefined {
  const own = nameIn(schema, schema);
  if (own !== undefined || !isJsonObject(schema)) return own;
  const reference = schema['$ref'];
  return typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : undefined;
}

function xmlObjectOf(schema: JsonValue, root: JsonValue): JsonObject {
  const xml = flattened(schema, { root, variant: 0 })?.schema['xml'];
  return isJsonObject(xml) ? xml : {};
}

function nameIn(schema: JsonValue, root: JsonValue): string | undefined {
  const { name, prefix } = xmlObjectOf(schema, root);
  if (typeof name !== 'string') return undefined;
  return typeof prefix === 'string' ? `${prefix}:${name}` : name;
}

function elementOf(value: JsonValue, schema: JsonValue, root: JsonValue, name: string): XmlElement {
  const { namespace, prefix } = xmlObjectOf(schema, root);
  const attributes: Record<string, string> = {};
  if (typeof namespace === 'string')
    attributes[typeof prefix === 'string' ? `xmlns:${prefix}` : 'xmlns'] = namespace;
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item, index) => {
      const itemSchema = childSchema(schema, String(index), root) ?? {};
      return elementOf(item, itemSchema, root, nameIn(itemSchema, root) ?? 'item');
    });
    return { name, attributes, children: items };
  }
  if (value === null) return { name, attributes, children: [] };
  if (typeof value !== 'object') return { name, attributes, children: [String(value)] };
  const children: XmlElement[] = [];
  for (const [member, inner] of Object.entries(value)) {
    const innerSchema = childSchema(schema, member, root) ?? {};
    const { attribute, wrapped } = xmlObjectOf(innerSchema, root);
    const written = nameIn(innerSchema, root) ?? member;
    if (attribute === true) setMember(attributes, written, typeof inner === 'object' ? '' : String(inner));
    else if (!Array.isArray(inner) || wrapped === true)
      children.push(elementOf(inner, innerSchema, root, written));
    else {
      for (const [index, item] of (inner as readonly JsonValue[]).entries()) {
        const itemSchema = childSchema(innerSchema, String(index), root) ?? {};
        children.push(elementOf(item, itemSchema, root, nameIn(itemSchema, root) ?? written));
      }
    }
  }
  return { name, attributes, children };
}

/** The child elements of an element that have a name; all of them without one. */
export function elementsOf({ children }: XmlElement, name?: string): readonly XmlElement[] {
  return children.filter(
    (child) => typeof child !== 'string' && (name === undefined || child.name === name),
  ) as readonly XmlElement[];
}

/** The text in an element and in all those inside of it. */
export function textIn({ children }: XmlElement): string {
  return children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('');
}

/** An element with one of its attributes set. */
export function withAttribute(element: XmlElement, name: string, value: string | undefined): XmlElement {
  const attributes: Record<string, string> = {};
  for (const [key, known] of Object.entries(element.attributes))
    if (key !== name) setMember(attributes, key, known);
  if (value !== undefined) setMember(attributes, name, value);
  return { ...element, attributes };
}

/** The value of an attribute. */
export function attributeOf({ attributes }: XmlElement, name: string): string | undefined {
  return memberOf(attributes, name);
}
