import type { Fault } from './faults.ts';

/** A mistake that takes a rule of the specification out; the test in the rule's row must fail. */
export interface ConformanceFault extends Fault {
  readonly rule: string;
}

const RULES = 'src/arazzo/validate-arazzo.ts';
const LINK_STEP = 'src/plan/link-step.ts';
const LINK_REQUEST = 'src/plan/link-request.ts';

/** A sample of the rules, from every part of the pipeline. */
export const CONFORMANCE_FAULTS: readonly ConformanceFault[] = [
  {
    rule: 'DOC-07',
    name: 'a key may stand twice',
    file: 'src/document/yaml-text.ts',
    find: "code: 'document/duplicate-key',",
    replace: "code: 'document/yaml-syntax',",
  },
  {
    rule: 'ARZ-02',
    name: 'any version 1 is read',
    file: 'src/arazzo/read-arazzo.ts',
    find: 'written.startsWith(`${version}.`)',
    replace: "written.startsWith('1.')",
  },
  {
    rule: 'ARZ-07',
    name: '$self may have a fragment',
    file: 'src/arazzo/read-arazzo.ts',
    find: "self.includes('#')",
    replace: "self.includes('##')",
  },
  {
    rule: 'SRC-01',
    name: 'two sources may have one name',
    file: RULES,
    find: '\n  sourceNameUnique,',
    replace: '',
  },
  {
    rule: 'WF-06',
    name: 'a dependency of two runs twice',
    file: 'src/plan/link-workflow.ts',
    find: 'if (found.has(called.workflowId)) return;',
    replace:
      "if (found.has(called.workflowId)) found.set(`${called.workflowId}'`, found.get(called.workflowId)!);",
  },
  {
    rule: 'WF-13',
    name: 'the parameters of a workflow are not passed on',
    file: LINK_REQUEST,
    find: '[...shared.filter((one) => one.in !== undefined), ...own]',
    replace: '[...shared.filter((one) => one.in === undefined), ...own]',
  },
  {
    rule: 'STEP-05',
    name: 'an operation need not say its source',
    file: RULES,
    find: '\n  qualifiedOperationId,',
    replace: '',
  },
  {
    rule: 'STEP-12',
    name: 'a parameter of the workflow stands in for one of the step',
    file: LINK_REQUEST,
    find: '[...shared.filter((one) => one.in !== undefined), ...own]',
    replace: '[...own, ...shared.filter((one) => one.in !== undefined)]',
  },
  {
    rule: 'STEP-22',
    name: 'a redirect is a success',
    file: 'src/machines/actor-reply.ts',
    find: 'response.statusCode < 300',
    replace: 'response.statusCode < 400',
  },
  {
    rule: 'STEP-31',
    name: 'the timeout of a step is ignored',
    file: LINK_STEP,
    find: '...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs })',
    replace: '...(step.timeoutMs === undefined ? {} : { timeoutMs: 2000 * step.timeoutMs })',
  },
  {
    rule: 'DEP-01',
    name: 'a step runs before what it depends on',
    file: 'src/machines/step-input.ts',
    find: "if ('stepId' in dependency && memberOf(frame.visits, dependency.stepId) === undefined) {",
    replace: "if ('stepId' in dependency && memberOf(frame.visits, dependency.stepId) === 0) {",
  },
  {
    rule: 'SUC-10',
    name: 'the parameters of an action may say where they go',
    file: 'src/arazzo/read-parameters.ts',
    find: "const severity = place === 'action' ? 'error' : 'warning';",
    replace: "const severity = 'warning';",
  },
  {
    rule: 'SUC-12',
    name: 'success actions match whatever their criteria are',
    file: 'src/plan/link-actions.ts',
    find: "if (action.type === 'end') return { name, criteria, pointer, type: 'end' };\n      if (action.target.kind",
    replace:
      "if (action.type === 'end') return { name, criteria: [], pointer, type: 'end' };\n      if (action.target.kind",
  },
  {
    rule: 'FAIL-09',
    name: 'retryAfter is in milliseconds',
    file: 'src/plan/link-actions.ts',
    find: '(action.retryAfterSeconds ?? 0) * 1000',
    replace: '(action.retryAfterSeconds ?? 0)',
  },
  {
    rule: 'FAIL-12',
    name: 'there are three retries by default',
    file: 'src/arazzo/read-actions.ts',
    find: "fields.number('retryLimit') ?? 1",
    replace: "fields.number('retryLimit') ?? 3",
  },
  {
    rule: 'COMP-02',
    name: 'components may have any key',
    file: 'src/arazzo/read-components.ts',
    find: 'if (!MAP_KEY.test(key)) {',
    replace: "if (key === '') {",
  },
  {
    rule: 'REUSE-02',
    name: 'the value of a reusable object is ignored',
    file: 'src/arazzo/read-parameters.ts',
    find: 'value === undefined ? found.entry.value : readValue(context, value, `${item.pointer}/value`);',
    replace: 'value === undefined ? readValue(context, null, item.pointer) : found.entry.value;',
  },
  {
    rule: 'SIMP-04',
    name: 'the case of texts counts',
    file: 'src/expressions/compare.ts',
    find: 'return [left.toLowerCase(), right.toLowerCase()];',
    replace: 'return [left, right];',
  },
  {
    rule: 'BODY-07',
    name: 'each replacement starts from the payload as it was',
    file: 'src/expressions/apply-replacements.ts',
    find: ': replaceInJson(value, contentType, type, replacement.target, replacement.value);',
    replace: ': replaceInJson(payload, contentType, type, replacement.target, replacement.value);',
  },
  {
    rule: 'RTX-09',
    name: 'the case of headers counts',
    file: 'src/expressions/evaluate.ts',
    find: 'const lower = name.toLowerCase();',
    replace: 'const lower = name;',
  },
];
