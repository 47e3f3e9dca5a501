import type { Template } from '../expressions/template.ts';
import type { Components } from './components.ts';

/**
 * A value in which a whole `$components.parameters.<key>` is replaced by the value of that parameter, so that nothing
 * after the reader needs the components. Where there is no such parameter the expression stays, for a rule to report.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#components-object
 */
export function inlineComponents(template: Template, parameters: Components['parameters']): Template {
  switch (template.kind) {
    case 'constant':
    case 'text':
    case 'selector':
      return template;
    case 'expression': {
      const { expression } = template;
      if (expression.kind !== 'components' || expression.type !== 'parameters') return template;
      return parameters.get(expression.name)?.value ?? template;
    }
    case 'object':
      return {
        kind: 'object',
        members: template.members.map(
          ([name, member]) => [name, inlineComponents(member, parameters)] as const,
        ),
      };
    case 'array':
      return { kind: 'array', items: template.items.map((item) => inlineComponents(item, parameters)) };
  }
}
