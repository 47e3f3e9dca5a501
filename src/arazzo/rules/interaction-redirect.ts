import { hasMember, memberOf } from '../../document/json.ts';
import { writtenInteractions } from '../written-interactions.ts';
import type { Rule } from './rule.ts';

const TARGETS = ['operationId', 'operationPath', 'url'];

/**
 * A redirect says in exactly one way where it leads, and only a redirect does. Parameters are those of an operation.
 *
 * @see https://github.com/OAI/Arazzo-Specification/pull/568
 */
export const interactionRedirect: Rule = {
  code: 'arazzo/interaction-redirect',
  check(_document, context) {
    const section = 'interaction-object';
    for (const { value, pointer } of writtenInteractions(context)) {
      const present = TARGETS.filter((name) => hasMember(value, name));
      const error = (message: string, place: string): void =>
        context.report({ severity: 'error', message, pointer: place, section });
      if (memberOf(value, 'mode') !== 'redirect') {
        for (const name of [...present, ...(hasMember(value, 'parameters') ? ['parameters'] : [])])
          error(`"${name}" is for interactions with "mode: redirect" only.`, `${pointer}/${name}`);
        continue;
      }
      if (present.length !== 1) {
        const found = present.map((name) => `"${name}"`).join(' and ');
        const not = found === '' ? '' : `, not ${found}`;
        error(`A redirect must have exactly one of "operationId", "operationPath" and "url"${not}.`, pointer);
      } else if (present[0] === 'url' && hasMember(value, 'parameters'))
        error('"parameters" are those of an operation; write them into the "url".', `${pointer}/parameters`);
    }
  },
};
