import { randomBytes } from 'node:crypto';
import type { InspectionEvent } from 'xstate';
import { createGraph, type DiagramSource } from '../diagram/create-graph.ts';
import type { DiagramGraph } from '../diagram/graph.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { Delivered, FromPage, Startable, ToPage } from './entry.ts';
import { createForeignActors } from './foreign-actors.ts';
import { createJournal } from './journal.ts';
import { createMachineRegistry } from './machine-registry.ts';
import { createPageClients } from './page-clients.ts';
import { createPictures } from './pictures.ts';
import { readPageMessage } from './read-page-message.ts';
import { createRecorder, type DrawMachine } from './recorder.ts';
import { createRedactor } from './redactor.ts';
import { startInspectorServer } from './server.ts';
import { createStream } from './stream.ts';
import { submittedValues } from './wait-form.ts';

/** How an inspector is made. */
export interface InspectorOptions {
  /** The port on 127.0.0.1; default 0, which takes a free one. */
  readonly port?: number;
  /** What the page is called; default `arazzo-xstate`. */
  readonly title?: string;
  /**
   * Origins beside those of this machine whose pages may show their machines: `https://app.example`. They need the
   * token all the same.
   */
  readonly allowOrigins?: readonly string[];
  /** Texts that must not be shown, wherever they stand: credentials, say. */
  readonly secrets?: readonly string[];
  /** The names of further members that hold secrets, beside those that look it. */
  readonly secretNames?: readonly string[];
  /** How many entries are kept; default 20,000. Above it, or above 32 MiB, the oldest are let go. */
  readonly maxEntries?: number;
  /** Whether the page may send events to workflows; default `true`. Other machines are only looked at. */
  readonly control?: boolean;
  /** The workflows that the page offers to start, and what starts one. */
  readonly workflows?: {
    readonly plans: readonly WorkflowPlan[];
    readonly start: (workflowId: string) => void;
  };
}

/** An inspector that listens. */
export interface Inspector {
  /** For the option `inspect` of XState's `createActor`: shows the actor, and all that it makes. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The page. The token in it lets in whoever knows it: keep it to this machine. */
  readonly url: string;
  /** Where `createWebSocketInspector({ url })` of `@statelyai/inspect` shows the machines of another program. */
  readonly socketUrl: string;
  /** Shows a message that a stand-in "delivered". */
  readonly delivered: (message: Delivered) => void;
  /** From now on these texts are not shown, wherever they stand. */
  readonly hide: (secrets: Iterable<string>) => void;
  /** Stops listening and drops what is open. */
  readonly close: () => Promise<void>;
}

const MAX_LENGTH = 32 * 1024 * 1024;
const MAX_DELIVERIES = 100;

/**
 * Starts an inspector: a page on this machine that shows XState 5 machines as they run, with the picture, the path
 * taken, every event and what it came to. Machines of `compileMachine` can be sent what they wait for. It needs no
 * internet, is reachable from this machine only, and shows no secrets.
 *
 * Rejects where the port cannot be had.
 */
export async function createInspector(options: InspectorOptions = {}): Promise<Inspector> {
  const token = randomBytes(24).toString('base64url');
  const redactor = createRedactor();
  redactor.addNames(options.secretNames ?? []);
  redactor.addValues(options.secrets ?? []);
  const pages = createPageClients(() => journal.dropped());
  const journal = createJournal(
    { maxEntries: options.maxEntries ?? 20_000, maxLength: MAX_LENGTH },
    pages.tellLine,
  );
  const stream = createStream(journal, redactor, Date.now);
  const pictures = createPictures();
  const machines = createMachineRegistry((machine) => {
    pages.tell({ type: 'machine', machine });
    // So that it is there when a page is opened.
    void pictures.of(machine.key, machine.graph);
  });
  const deliveries: Delivered[] = [];

  const register = (source: DiagramSource, name: string, summary?: string): string | undefined => {
    const graph = graphOf(source);
    if (graph === undefined) return undefined;
    return machines.add({ name, graph, ...(summary === undefined ? {} : { summary }) });
  };
  const draw: DrawMachine = (config, name, summary) => register({ config }, name, summary);
  const recorder = createRecorder(stream, draw);
  const startable = (options.workflows?.plans ?? []).map((plan): Startable => {
    const { workflowId, summary } = plan;
    const machine = register(plan, workflowId, summary);
    return {
      workflowId,
      ...(summary === undefined ? {} : { summary }),
      ...(machine === undefined ? {} : { machine }),
    };
  });

  const perform = (message: FromPage): string | undefined => {
    if (message.type === 'start') {
      const known = options.workflows?.plans.some(({ workflowId }) => workflowId === message.workflowId);
      if (known !== true) return 'There is no such workflow.';
      options.workflows?.start(message.workflowId);
      return undefined;
    }
    if (options.control === false) return 'This inspector only looks on.';
    const actor = recorder.find(message.actor);
    if (actor === undefined) return 'This run is over, or takes no events.';
    switch (message.type) {
      case 'submit':
        actor.send({ type: 'submit', values: submittedValues(actor.getSnapshot(), message.values) });
        return undefined;
      case 'revise':
        actor.send({ type: 'revise', input: message.input });
        return undefined;
      case 'repeat':
      case 'decline':
      case 'cancel':
        actor.send({ type: message.type });
        return undefined;
    }
  };

  let sockets = 0;
  const server = await startInspectorServer({
    token,
    port: options.port ?? 0,
    allowOrigins: new Set(options.allowOrigins ?? []),
    picture: async (key) => {
      const machine = machines.find(key);
      return machine === undefined ? undefined : pictures.of(key, machine.graph);
    },
    drawn: (graph) => pictures.drawn(graph),
    onPage: (socket) => {
      stream.flush();
      const hello: ToPage = {
        type: 'hello',
        title: options.title ?? 'arazzo-xstate',
        control: options.control !== false,
        startable,
        socketUrl,
        deliveries,
      };
      const known = machines.all().map((machine): ToPage => ({ type: 'machine', machine }));
      pages.add(socket, [hello, ...known], journal.lines(), journal.dropped());
      socket.on('message', (data, isBinary) => {
        const message = isBinary ? undefined : readPageMessage(textOf(data));
        const problem = message === undefined ? 'This was not understood.' : perform(message);
        if (problem !== undefined)
          socket.send(JSON.stringify({ type: 'refused', message: problem } satisfies ToPage));
      });
    },
    onApplication: (socket) => {
      sockets += 1;
      const take = createForeignActors(`s${sockets}`, stream, draw, (key) => machines.find(key)?.graph);
      socket.on('message', (data, isBinary) => {
        if (!isBinary) take(textOf(data));
      });
    },
  });
  const socketUrl = `ws://127.0.0.1:${server.port}/${token}`;
  return {
    inspect: recorder.inspect,
    url: `http://127.0.0.1:${server.port}/${token}/`,
    socketUrl,
    delivered: (delivered) => {
      deliveries.push(delivered);
      if (deliveries.length > MAX_DELIVERIES) deliveries.shift();
      pages.tell({ type: 'delivered', delivered });
    },
    hide: redactor.addValues,
    close: async () => {
      stream.flush();
      await Promise.all([server.close(), pictures.close()]);
    },
  };
}

/** The picture of a machine; `undefined` for what cannot be drawn, which is shown without one. */
function graphOf(source: DiagramSource): DiagramGraph | undefined {
  try {
    return createGraph(source);
  } catch {
    return undefined;
  }
}

function textOf(data: Buffer | ArrayBuffer | readonly Buffer[]): string {
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString();
  return Array.isArray(data) ? Buffer.concat(data as readonly Buffer[]).toString() : String(data);
}
