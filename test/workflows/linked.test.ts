import { describe, expect, it } from 'vitest';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import type { Diagnostic, Result } from '../../src/document/diagnostic.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import type { ParsedDocument } from '../../src/document/parsed-document.ts';
import { readOpenApi } from '../../src/openapi/openapi-document.ts';
import { createFlow } from '../../src/plan/create-flow.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { textOf } from './documents.ts';

const ASKS_FOR_A_NUMBER = [
  'awaitingPhoneNumber',
  'sending',
  'sendingBackoff',
  'awaitingCode',
  'authenticating',
  'authenticatingBackoff',
];
const FINALS = ['done', 'failed', 'cancelled'];

const STATES: Readonly<Record<string, readonly string[]>> = {
  'sms-otp-login': [...ASKS_FOR_A_NUMBER, ...FINALS],
  'whatsapp-otp-login': [...ASKS_FOR_A_NUMBER, ...FINALS],
  'email-otp-login': [
    'awaitingEmail',
    ...ASKS_FOR_A_NUMBER.slice(1),
    'gettingSession',
    'gettingSessionBackoff',
    ...FINALS,
  ],
  'sms-otp-mfa': ['awaitingInputs', ...ASKS_FOR_A_NUMBER.slice(1), ...FINALS],
  'email-otp-discovery': [
    'awaitingEmailAddress',
    ...ASKS_FOR_A_NUMBER.slice(1),
    'awaitingOrganization',
    'exchanging',
    'exchangingBackoff',
    ...FINALS,
  ],
};

/** What each failure action of a step leads to: the state, and the inputs that it forgets. */
const ASKS: Readonly<
  Record<string, readonly (readonly [state: string, action: string, to: string, forgets: string[]])[]>
> = {
  'sms-otp-login': [
    ['sending', 'askNumberAgain', 'awaitingPhoneNumber', ['phone_number']],
    ['sending', 'askNumberAfterLostConnection', 'awaitingPhoneNumber', ['phone_number']],
    ['authenticating', 'askCodeAgain', 'awaitingCode', ['code']],
    ['authenticating', 'sendNewCode', 'sending', ['code']],
    ['authenticating', 'askCodeAfterLostConnection', 'awaitingCode', ['code']],
  ],
  'email-otp-login': [
    ['sending', 'askAddressAgain', 'awaitingEmail', ['email']],
    ['authenticating', 'sendNewCode', 'sending', ['code']],
  ],
  'sms-otp-mfa': [
    ['sending', 'askNumberAgain', 'awaitingInputs', ['member_id', 'mfa_phone_number']],
    ['sending', 'askNumberAfterLostConnection', 'awaitingInputs', ['member_id', 'mfa_phone_number']],
    ['authenticating', 'askCodeAgain', 'awaitingCode', ['code']],
    ['authenticating', 'sendNewCode', 'sending', ['code']],
  ],
  'email-otp-discovery': [
    ['sending', 'askAddressAgain', 'awaitingEmailAddress', ['email_address']],
    ['authenticating', 'askCodeAgain', 'awaitingCode', ['code']],
    ['authenticating', 'sendNewCode', 'sending', ['code']],
    ['exchanging', 'askOrganizationAfterLostConnection', 'awaitingOrganization', ['organization_id']],
  ],
};

/** Links a document under `workflows/` with its description; every diagnostic of every phase. */
function link(file: string): {
  readonly plan: WorkflowPlan | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const taken = <Value>(result: Result<Value>): Value => {
    diagnostics.push(...result.diagnostics);
    if (result.value === undefined) throw new Error(JSON.stringify(result.diagnostics));
    return result.value;
  };
  const parsed = (name: string): ParsedDocument =>
    taken(parseDocument(textOf(name), { uri: `https://example.com/${name}` }));
  const document = parsed(file);
  const arazzo = taken(readArazzo(document));
  const sources = Object.fromEntries(
    arazzo.sourceDescriptions.map((source) => [source.name, taken(readOpenApi(parsed(source.url.slice(2))))]),
  );
  const linked = linkWorkflows(document, arazzo, sources);
  return { plan: linked.value[0], diagnostics: [...diagnostics, ...linked.diagnostics] };
}

describe.each(Object.entries(STATES))('%s', (workflowId, states) => {
  const { plan, diagnostics } = link(`${workflowId}.arazzo.yaml`);

  it('has nothing to complain about in any phase', () => {
    expect(diagnostics).toEqual([]);
  });

  it('becomes these states', () => {
    expect(plan?.workflowId).toBe(workflowId);
    expect(plan === undefined ? [] : createFlow(plan).states.map((state) => state.name)).toEqual(states);
  });
});

it.each(
  Object.entries(ASKS).flatMap(([workflowId, ways]) => ways.map((way) => [workflowId, ...way] as const)),
)('%s, %s: %s leads to %s and forgets %j', (workflowId, state, action, target, forget) => {
  const { plan } = link(`${workflowId}.arazzo.yaml`);
  const states = plan === undefined ? [] : createFlow(plan).states;
  const calls = states.flatMap((candidate) =>
    candidate.kind === 'call' && candidate.name === state ? [candidate] : [],
  );
  const edges = calls.flatMap(({ failed, lost }) =>
    [...failed, ...lost].filter((edge) => edge.action?.name === action),
  );
  const ways = new Set(edges.map((edge) => JSON.stringify([edge.target, edge.forget])));
  expect([...ways]).toEqual([JSON.stringify([target, forget])]);
});

it.each(Object.keys(STATES))(
  '%s never sends a message again by itself after a lost connection',
  (workflowId) => {
    const { plan } = link(`${workflowId}.arazzo.yaml`);
    const states = plan === undefined ? [] : createFlow(plan).states;
    const waits = new Set(states.flatMap((state) => (state.kind === 'wait' ? [state.name] : [])));
    const sending = states.flatMap((state) =>
      state.kind === 'call' && state.step.atMostOnce ? [state] : [],
    );
    expect(sending).toHaveLength(1);
    expect(sending.flatMap(({ lost }) => lost).filter((edge) => !waits.has(edge.target))).toEqual([]);
  },
);
