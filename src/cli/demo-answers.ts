import type { JsonObject, JsonValue } from '../document/json.ts';
import type { PendingInput } from '../machines/describe-wait.ts';
import type { StytchSandbox } from '../sandbox/create-sandbox.ts';
import { demoEmail, demoOrganizations } from '../sandbox/demo-data.ts';
import type { Ask } from './ask.ts';
import { labelOf } from './ask-input.ts';

const PHONE_NUMBER = '+14155550134';

/** What the demo answers where a person has nothing better to say. */
export const DEMO_VALUES: Readonly<Record<string, string>> = {
  phone_number: PHONE_NUMBER,
  email: demoEmail,
  email_address: demoEmail,
  organization_id: demoOrganizations.globex.organizationId,
  member_id: demoOrganizations.globex.memberId,
};

/** The inputs that a person could not know: the second factor needs what a first one has left behind. */
export function demoInputs(workflowId: string, sandbox: StytchSandbox): JsonObject {
  if (workflowId !== 'sms-otp-mfa') return {};
  const { memberId } = demoOrganizations.globex;
  const { intermediateSessionToken } = sandbox.createIntermediateSession({ email: demoEmail, memberId });
  return { intermediate_session_token: intermediateSessionToken };
}

function answerOf(
  input: PendingInput,
  sandbox: StytchSandbox,
): { readonly value: JsonValue; readonly from: string } | undefined {
  if (input.name === 'code') {
    const code = sandbox.outbox.at(-1)?.code;
    return code === undefined ? undefined : { value: code, from: "out of the sandbox's outbox" };
  }
  const acme =
    input.choices?.find(({ value }) => value === demoOrganizations.acme.organizationId) ?? input.choices?.[0];
  if (acme !== undefined)
    return { value: acme.value, from: `${acme.label}, out of ${String(input.choices?.length ?? 0)}` };
  const value = DEMO_VALUES[input.name];
  return value === undefined ? undefined : { value, from: 'made up' };
}

/**
 * Answers the waits of the demo by itself: made-up destinations, the codes out of the sandbox's outbox, the
 * organization Acme. Stops where it has no answer, and cancels when it is asked the same thing too often.
 */
export function createDemoAnswer(sandbox: StytchSandbox, tellLine: (line: string) => void): Ask {
  let asked = 0;
  return (wait) => {
    asked += 1;
    const values: Record<string, JsonValue> = {};
    for (const input of wait.inputs.filter(({ required }) => required)) {
      const answer = answerOf(input, sandbox);
      if (answer === undefined || asked > 20) return Promise.resolve({ type: 'stop' });
      values[input.name] = answer.value;
      tellLine(
        `    ${labelOf(input.name, input.schema)}: ${typeof answer.value === 'string' ? answer.value : JSON.stringify(answer.value)} (${answer.from})`,
      );
    }
    return Promise.resolve({ type: 'submit', values });
  };
}
