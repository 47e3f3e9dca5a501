import { createActor, type AnyActor, type AnyStateMachine, type InspectionEvent } from 'xstate';
import { hasMember, isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { describeWait } from '../machines/describe-wait.ts';
import type { WorkflowMachine } from '../machines/workflow-machine.ts';
import { createServices } from '../run/provide-services.ts';
import type { CredentialsProvider } from '../services/service-options.ts';
import type { Servers } from './machine-events.ts';
import type { RealValues } from './run-options.ts';
import { within } from './server-side.ts';
import type { Happening } from './situation.ts';
import { sightOf, StageProblem, type SeenRequest, type Stage } from './stage.ts';

/** What a stage in front of a real API needs. */
export interface ApiStageOptions {
  readonly servers: Servers;
  readonly credentials?: CredentialsProvider | undefined;
  /** Real values in the place of the path's good ones. */
  readonly values: RealValues;
  /** The values of the path that are wrong on purpose and stay. */
  readonly isWrong: (happening: Happening) => boolean;
  readonly inspect: (event: InspectionEvent) => void;
}

/** Values with the real ones in the place of those that there are real ones for. */
export async function withRealValues(given: JsonObject, values: RealValues): Promise<JsonObject> {
  const members: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const other = hasMember(values, name) ? values[name] : value;
    setMember(members, name, typeof other === 'function' ? await other() : (other ?? null));
  }
  return members;
}

/** A stage on which a machine runs against a real API, in real time. What comes back is told to the reference. */
export function createApiStage(
  machine: AnyStateMachine,
  { servers, credentials, values, isWrong, inspect: observe }: ApiStageOptions,
): Stage {
  const sent: SeenRequest[] = [];
  let wanted: ((request: SeenRequest) => void) | undefined;
  const ended: Happening[] = [];
  let came: ((happening: Happening) => void) | undefined;
  const actors = createServices(machine, {
    servers,
    ...(credentials === undefined ? { noAuth: true } : { credentials }),
    fetch: (url, init) => {
      const request = seenRequest(url, init);
      if (wanted === undefined) sent.push(request);
      else wanted(request);
      wanted = undefined;
      return fetch(url, init);
    },
  });
  const provided = machine.provide({ actors } as never) as unknown as WorkflowMachine;
  let actor: AnyActor | undefined;
  const current = (): AnyActor => {
    if (actor === undefined) throw new StageProblem('No run has begun.');
    return actor;
  };
  const inspect = (event: InspectionEvent): void => {
    observe(event);
    if (event.type !== '@xstate.event' || event.actorRef !== actor) return;
    const happening = happeningOf(event.event);
    if (happening === undefined) return;
    if (came === undefined) ended.push(happening);
    else came(happening);
    came = undefined;
  };

  return {
    begin(inputs) {
      actor = createActor(
        provided as never,
        {
          input: { inputs, runId: crypto.randomUUID() },
          inspect,
        } as never,
      ) as unknown as AnyActor;
      actor.subscribe({ error: () => undefined });
      actor.start();
    },
    request() {
      const request = sent.shift();
      return (
        request ?? within(new Promise<SeenRequest>((resolve) => (wanted = resolve)), 'No request was sent.')
      );
    },
    message() {
      throw new StageProblem('What goes over a channel cannot be seen.');
    },
    async happen(happening) {
      const now = current();
      switch (happening.type) {
        case 'response':
        case 'lost': {
          const told = ended.shift();
          return told ?? within(new Promise<Happening>((resolve) => (came = resolve)), 'No response came.');
        }
        case 'submit': {
          const told = isWrong(happening)
            ? happening
            : { ...happening, values: await withRealValues(happening.values, values) };
          now.send(told);
          return told;
        }
        case 'repeat': {
          const { repeatAt = 0 } = describeWait(now.getSnapshot() as never) ?? {};
          const restMs = Math.max(0, repeatAt - Date.now());
          await new Promise((resolve) => setTimeout(resolve, restMs));
          now.send(happening);
          return undefined;
        }
        case 'message':
          throw new StageProblem('A real API sends nothing over a channel of ours.');
        case 'decline':
        case 'revise':
        case 'cancel':
          now.send(happening);
          return undefined;
        case 'elapsed':
          throw new StageProblem('Time cannot be made to go by for a real API.');
      }
    },
    // Times are real, so that they cannot be told beforehand.
    look: () => ({ ...sightOf(current().getSnapshot() as never), isPartial: true }),
    unasked: () => sent.length,
    end() {
      actor?.stop();
      actor = undefined;
    },
  };
}

interface EndEvent {
  readonly type: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** The end of a request as the happening that it is. */
function happeningOf({ type, output, error }: EndEvent): Happening | undefined {
  if (type.startsWith('xstate.done.actor.') && isJsonObject(output) && isJsonObject(output['response'])) {
    const { statusCode, headers, body } = output['response'];
    return {
      type: 'response',
      statusCode: Number(statusCode),
      headers: headers as Readonly<Record<string, string>>,
      ...(body === undefined ? {} : { body }),
    };
  }
  if (!type.startsWith('xstate.error.actor.')) return undefined;
  const kind = (error as { readonly kind?: unknown } | undefined)?.kind;
  return { type: 'lost', kind: kind as Extract<Happening, { type: 'lost' }>['kind'] };
}

function seenRequest(url: RequestInfo | URL, init: RequestInit = {}): SeenRequest {
  const { method = 'GET', headers, body } = init;
  return {
    method,
    url: url instanceof Request ? url.url : String(url),
    headers: Object.fromEntries(new Headers(headers)),
    body: typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : '',
  };
}
