import type { DiagramGraph } from '../diagram/graph.ts';
import type { JsonValue } from '../document/json.ts';
import type { Failure, Rejection } from '../machines/context.ts';

/** What a journal keeps of one thing that happened, without secrets: plain JSON, as the page and recordings have it. */
export type Entry = EntryHead & EntryBody;

interface EntryHead {
  /** Counts all entries of an inspector, from 1. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The actor that it is about; unique within an inspector. */
  readonly actor: string;
}

export type EntryBody =
  /** An actor is there. */
  | {
      readonly kind: 'actor';
      readonly name: string;
      /** The actor that made it. */
      readonly parent?: string;
      /** The key of its machine, where it is one. */
      readonly machine?: string;
      /** The request that it is to make, where it performs a step. */
      readonly call?: { readonly stepId: string; readonly method: string; readonly path: string };
      /** What it was given. */
      readonly input?: JsonValue;
      /** Whether the page can send it events. */
      readonly takesEvents?: true;
    }
  /** It received an event. */
  | { readonly kind: 'event'; readonly type: string; readonly event: JsonValue; readonly source?: string }
  /** It came to this. */
  | {
      readonly kind: 'snapshot';
      readonly status: string;
      /** The dotted paths of all active states, outer ones first. */
      readonly states: readonly string[];
      /** The ids of the edges of its picture that were taken, in order. */
      readonly taken: readonly string[];
      /** Absent: as in the snapshot before. */
      readonly context?: JsonValue;
      readonly output?: JsonValue;
      readonly error?: JsonValue;
      readonly wait?: Wait;
    };

/** What a person is asked for, as `describeWait` says it; what to choose from is known by its place. */
export interface Wait {
  readonly state: string;
  readonly stepId: string;
  readonly title?: string;
  readonly inputs: readonly AskedInput[];
  readonly rejection?: Rejection;
  readonly failure?: Failure;
  readonly canRepeat: boolean;
  /** Epoch milliseconds. */
  readonly repeatAt?: number;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
  readonly revisable: readonly string[];
  /** What an interaction step asks; `decline` is taken then. */
  readonly question?: Question;
}

/** What a step asks a person. */
export interface Question {
  readonly prompt: string;
  /** What is shown beside the prompt. */
  readonly context: JsonValue;
  /** Where the browser is to be sent. */
  readonly url?: string;
}

/** One input of a form. */
export interface AskedInput {
  readonly name: string;
  readonly schema: JsonValue;
  readonly required: boolean;
  readonly secret: boolean;
  readonly rejection?: Rejection;
  /** The labels of the choices. */
  readonly choices?: readonly string[];
}

/** A machine, told once; its picture is fetched by its key. */
export interface MachineInfo {
  readonly key: string;
  readonly name: string;
  readonly summary?: string;
  /** The states and edges of its picture. */
  readonly graph: DiagramGraph;
}

/** A workflow that the page can start. */
export interface Startable {
  readonly workflowId: string;
  readonly summary?: string;
  /** Its machine, to be drawn before it runs. */
  readonly machine?: string;
}

/** A message that the sandbox "delivered". */
export interface Delivered {
  readonly channel: string;
  readonly to: string;
  readonly code: string;
  readonly at: number;
}

/** What the page is told. */
export type ToPage =
  | {
      readonly type: 'hello';
      readonly title: string;
      /** Whether the page may send events to workflows. */
      readonly control: boolean;
      readonly startable: readonly Startable[];
      /** What `createWebSocketInspector` of `@statelyai/inspect` is to be given. */
      readonly socketUrl: string;
      readonly deliveries: readonly Delivered[];
    }
  | { readonly type: 'machine'; readonly machine: MachineInfo }
  /** `dropped`: how many older entries were let go, all in all. */
  | { readonly type: 'entries'; readonly entries: readonly Entry[]; readonly dropped: number }
  | { readonly type: 'delivered'; readonly delivered: Delivered }
  | { readonly type: 'refused'; readonly message: string };

/** A value of an input: itself, or the place of the choice that it was picked from. */
export type SubmittedValue = { readonly value: JsonValue } | { readonly choice: number };

/** What a person does in the page. */
export type FromPage =
  | {
      readonly type: 'submit';
      readonly actor: string;
      readonly values: Readonly<Record<string, SubmittedValue>>;
    }
  | { readonly type: 'repeat' | 'decline' | 'cancel'; readonly actor: string }
  | { readonly type: 'revise'; readonly actor: string; readonly input: string }
  | { readonly type: 'start'; readonly workflowId: string };
