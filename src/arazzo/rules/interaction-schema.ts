import { isJsonObject, memberOf } from '../../document/json.ts';
import { writtenInteractions } from '../written-interactions.ts';
import type { Rule } from './rule.ts';

/**
 * An interaction that collects an answer, by a form or by a redirect, says what the answer must look like.
 *
 * @see https://github.com/OAI/Arazzo-Specification/pull/568
 */
export const interactionSchema: Rule = {
  code: 'arazzo/interaction-schema',
  check(_document, context) {
    const section = 'interaction-object';
    for (const { value, pointer } of writtenInteractions(context)) {
      const mode = memberOf(value, 'mode') ?? 'form';
      const schema = memberOf(value, 'inputSchema');
      const type = isJsonObject(schema) ? memberOf(schema, 'type') : undefined;
      if (schema === undefined && (mode === 'form' || mode === 'redirect')) {
        const message = `An interaction of the mode "${mode}" must have "inputSchema", the JSON Schema of the answer.`;
        context.report({ severity: 'error', message, pointer, section });
      } else if (mode === 'redirect' && type !== undefined && type !== 'object') {
        const message =
          'A redirect comes back with query parameters, so its "inputSchema" must allow an object.';
        context.report({ severity: 'error', message, pointer: `${pointer}/inputSchema`, section });
      }
    }
  },
};
