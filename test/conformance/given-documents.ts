import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  compileMachine,
  loadDocument,
  runWorkflow,
  type JsonObject,
  type JsonValue,
  type LoadedDocument,
  type WorkflowMachine,
} from '../../src/index.ts';
import { demoEmail, demoOrganizations, startSandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { expectSame, type Check } from './checks.ts';

const OPENAPI = fileURLToPath(new URL('../../workflows/openapi/', import.meta.url));
const { acme, globex } = demoOrganizations;

interface GivenDocument {
  readonly file: string;
  readonly workflowId: string;
  readonly source: readonly [name: string, file: string];
  readonly states: string;
  /** What a person answers, the code left out: it is read from what the sandbox delivered. */
  readonly answers: JsonObject;
  readonly to: string;
  /** Where the API does not let the document through as it is: the error type it answers with. */
  readonly refusedWith?: string;
}

const CONSUMER = ['stytchConsumerApi', 'stytch-consumer-openapi.yml'] as const;
const B2B = ['stytchB2bApi', 'stytch-b2b-openapi.yml'] as const;

const DOCUMENTS: readonly GivenDocument[] = [
  {
    file: 'stytch-sms-otp-login-workflow.yml',
    workflowId: 'sms-otp-login',
    source: CONSUMER,
    states: 'awaitingPhoneNumber sending awaitingCode authenticating',
    answers: { phone_number: '+14155550134' },
    to: '+14155550134',
  },
  {
    file: 'stytch-whatsapp-otp-login-workflow.yml',
    workflowId: 'whatsapp-otp-login',
    source: CONSUMER,
    states: 'awaitingPhoneNumber sending awaitingCode authenticating',
    answers: { phone_number: '+14155550134' },
    to: '+14155550134',
  },
  {
    file: 'stytch-email-otp-login-workflow.yml',
    workflowId: 'email-otp-login',
    source: CONSUMER,
    states: 'awaitingEmail sending awaitingCode authenticating gettingSession',
    answers: { email: 'ada@example.com' },
    to: 'ada@example.com',
  },
  {
    file: 'stytch-b2b-sms-otp-mfa-workflow.yml',
    workflowId: 'sms-otp-mfa',
    source: B2B,
    states: 'awaitingInputs sending awaitingCode authenticating',
    answers: { organization_id: globex.organizationId, member_id: globex.memberId },
    to: '+12025550162',
    refusedWith: 'no_session_arguments',
  },
  {
    file: 'stytch-b2b-email-otp-discovery-workflow.yml',
    workflowId: 'email-otp-discovery',
    source: B2B,
    states: 'awaitingEmailAddress sending awaitingCode authenticating awaitingOrganization exchanging',
    answers: { email_address: demoEmail, organization_id: acme.organizationId },
    to: demoEmail,
  },
];

const FINAL = ' done failed cancelled';

async function load(folder: string, given: GivenDocument): Promise<LoadedDocument> {
  const [name, file] = given.source;
  const { value, diagnostics } = await loadDocument(join(folder, given.file), {
    sources: { [name]: join(OPENAPI, file) },
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (value === undefined || errors.length > 0)
    throw new Error(errors.map(({ message }) => message).join(' '));
  return value;
}

async function machineOf(folder: string, given: GivenDocument): Promise<WorkflowMachine> {
  const { plans } = await load(folder, given);
  const [plan] = plans;
  if (plan === undefined || plans.length !== 1) throw new Error(`${plans.length} workflows`);
  return compileMachine(plan);
}

/** Runs a document as a person would: every wait is answered, the code as it was delivered. */
async function play(folder: string, given: GivenDocument, options: SandboxOptions) {
  const machine = await machineOf(folder, given);
  const running = await startSandbox(options);
  const { sandbox } = running;
  const states: string[] = [];
  try {
    const result = await runWorkflow(machine, {
      services: {
        servers: { [given.source[0]]: running.url },
        credentials: () => ({ username: sandbox.projectId, password: sandbox.secret }),
      },
      ask: ({ inputs }) => {
        const values: Record<string, JsonValue> = {};
        for (const { name, required } of inputs) {
          if (!required) continue;
          const answer = name === 'code' ? sandbox.lastCodeFor(given.to) : given.answers[name];
          if (answer === undefined) return Promise.resolve({ type: 'stop' });
          values[name] = answer;
        }
        return Promise.resolve({ type: 'submit', values });
      },
      onEvent: (event) => {
        if (event.type === 'state') states.push(event.state);
      },
    });
    return { result, states };
  } finally {
    await running.close();
  }
}

function checksOf(folder: string, given: GivenDocument): readonly Check[] {
  const { workflowId, refusedWith } = given;
  const runsToTheEnd = async (options: SandboxOptions): Promise<void> => {
    const { result, states } = await play(folder, given, options);
    expectSame([result.status, result.failure?.errorType], ['done', undefined], 'outcome');
    expectSame(states.join(' '), `${given.states} done`, 'states that were passed');
    const outputs = Object.keys(result.outputs);
    if (outputs.length === 0) throw new Error('it gave no outputs');
  };
  return [
    {
      title: `${workflowId} is valid as given`,
      check: async () => {
        await load(folder, given);
      },
    },
    {
      title: `${workflowId} compiles to its states`,
      check: async () => {
        const machine = await machineOf(folder, given);
        expectSame(machine.id, workflowId, 'id');
        expectSame(Object.keys(machine.states).join(' '), given.states + FINAL, 'states');
      },
    },
    ...(refusedWith === undefined
      ? [{ title: `${workflowId} runs to its end`, check: () => runsToTheEnd({}) }]
      : [
          {
            title: `${workflowId} tells what the API refuses it for`,
            check: async () => {
              const { result } = await play(folder, given, {});
              expectSame(
                [result.status, result.failure?.kind, result.failure?.errorType],
                ['failed', 'response', refusedWith],
                'outcome',
              );
            },
          },
          {
            title: `${workflowId} runs to its end where the API lets it`,
            check: () => runsToTheEnd({ lenientMfa: true }),
          },
        ]),
  ];
}

/** The five documents as they were given: they are valid, compile to their states, and run. */
export function givenDocumentChecks(folder: string): readonly Check[] {
  return DOCUMENTS.flatMap((given) => checksOf(folder, given));
}
