import { loadDocument, type LoadedDocument } from '../../src/run/load-document.ts';

/** A workflow that asks for a name, greets, and waits for an answer; a description without a server. */
export const GREETING = `arazzo: 1.1.0
info: { title: Greeting, version: 1.0.0 }
sourceDescriptions: [{ name: greeter, url: ./greeter.yaml, type: openapi }]
workflows:
  - workflowId: greet
    inputs:
      type: object
      required: [name, answer]
      properties:
        name: { type: string, minLength: 2 }
        answer: { type: string, enum: ['yes', 'no'] }
    steps:
      - stepId: greet
        operationId: greet
        requestBody: { payload: { name: $inputs.name } }
        successCriteria: [{ condition: $statusCode == 200 }]
        outputs: { greeting: $response.body#/greeting }
        onFailure:
          - { name: later, type: retry, retryAfter: 5, retryLimit: 1, criteria: [{ condition: $statusCode == 503 }] }
          - { name: unknown, type: goto, stepId: greet, criteria: [{ condition: $statusCode == 404 }] }
      - stepId: sendAnswer
        operationId: answer
        parameters: [{ name: greeting, in: path, value: $steps.greet.outputs.greeting }]
        requestBody: { payload: { answer: $inputs.answer } }
        x-xstate: { timeoutSeconds: 86400 }
    outputs: { greeting: $steps.greet.outputs.greeting }
`;

export const GREETER = `openapi: 3.1.0
info: { title: Greeter, version: 1.0.0 }
paths:
  /greetings:
    post:
      operationId: greet
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [name] } } } }
      responses:
        '200':
          description: Hello.
          content:
            application/json:
              schema: { type: object, required: [greeting], properties: { greeting: { type: string, examples: [hello] } } }
        '404': { description: Nobody. }
  /greetings/{greeting}/answers:
    post:
      operationId: answer
      parameters: [{ name: greeting, in: path, required: true, schema: { type: string } }]
      requestBody: { required: true, content: { application/json: { schema: { type: object, required: [answer] } } } }
      responses: { '204': { description: Heard. } }
`;

/** Loads the greeting, or another document that has the same source. */
export async function loadGreeting(text = GREETING, greeter = GREETER): Promise<LoadedDocument> {
  const { value, diagnostics } = await loadDocument(text, {
    uri: 'file:///greeting/greet.arazzo.yaml',
    resolver: () => Promise.resolve(greeter),
  });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return value;
}
