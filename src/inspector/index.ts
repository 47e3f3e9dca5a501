// The inspector on this machine: a server and its page. For Node; the adapter to Stately's viewer is `./stately`.
export { createInspector } from './create-inspector.ts';
export type { Inspector, InspectorOptions } from './create-inspector.ts';
