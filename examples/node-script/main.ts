// Any Arazzo document, from the file to its outputs, asking at the terminal for what is missing:
//   npm run build && node examples/node-script/main.ts workflows/sms-otp-login.arazzo.yaml
// Credentials come from the environment, ARAZZO_AUTH_<SOURCE>_<SCHEME>. SERVER_URL, where it is set, stands for the
// server of every API description.
import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import {
  codeFrame,
  compileMachine,
  credentialsFrom,
  isValid,
  loadDocument,
  runWorkflow,
  type JsonValue,
} from 'arazzo-xstate';

/** Whether what is typed is the value; numbers and the like are typed as JSON. */
function takesText(schema: JsonValue): boolean {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'string';
}

const [path = 'workflows/sms-otp-login.arazzo.yaml', workflowId] = process.argv.slice(2);
const { value, diagnostics } = await loadDocument(path);
for (const { location, message } of diagnostics) {
  console.error(`${location.line}:${location.column} ${message}`);
  if (value !== undefined && location.uri === value.parsed.uri)
    console.error(codeFrame(value.parsed.text, location));
}
const plan = value?.planFor(workflowId);
if (plan === undefined || !isValid(diagnostics)) process.exit(2);

const { SERVER_URL } = process.env;
const sources = new Set(value?.document.sourceDescriptions.map(({ name }) => name));
const terminal = createInterface({ input: stdin, output: stderr });
// What comes before it is asked for is kept: a pipe does not wait.
const lines = terminal[Symbol.asyncIterator]();

const result = await runWorkflow(compileMachine(plan), {
  services: {
    credentials: credentialsFrom(process.env),
    ...(SERVER_URL === undefined
      ? {}
      : { servers: Object.fromEntries([...sources].map((name) => [name, SERVER_URL])) }),
  },
  ask: async (wait) => {
    const values: Record<string, JsonValue> = {};
    for (const input of wait.inputs.filter(({ required }) => required)) {
      stderr.write(`${input.name}${input.rejection === undefined ? '' : ` (${input.rejection.message})`}: `);
      const line = await lines.next();
      if (line.done === true) return { type: 'cancel' };
      values[input.name] = takesText(input.schema) ? line.value : (JSON.parse(line.value) as JsonValue);
    }
    return { type: 'submit', values };
  },
  onEvent: (event) => {
    if (event.type === 'state') console.error(`→ ${event.state}`);
  },
});
terminal.close();
console.log(JSON.stringify(result.outputs, undefined, 2));
process.exitCode = result.status === 'done' ? 0 : 1;
