import type { Entry } from '../entry.ts';
import { byId, element } from './dom.ts';
import { textOf, timeOf } from './log-view.ts';
import { statusOf } from './row-text.ts';
import type { Row, Store } from './store.ts';
import { memberOf } from './unknown.ts';

/** The requests that were made, with their responses. */
export interface RequestView {
  /** Shows the requests among the rows up to a number of entry. */
  readonly show: (store: Store, rows: readonly Row[], until: number) => void;
}

/** One request, and what became of it. */
interface Exchange {
  readonly actor: string;
  readonly begun: Extract<Entry, { kind: 'actor' }>;
  readonly ended: Extract<Entry, { kind: 'event' }> | undefined;
}

/** Only so many are shown, the newest: the others are in the list of events. */
const MAX_SHOWN = 200;

/** Makes the view. */
export function createRequestView(): RequestView {
  const panel = byId('panel-requests', HTMLElement);
  const items = new Map<string, { readonly node: HTMLElement; readonly ended: boolean }>();
  let lastStore: Store | undefined;
  return {
    show: (store, rows, until) => {
      if (lastStore !== store) items.clear();
      lastStore = store;
      const all = exchangesOf(rows, until);
      const exchanges = all.slice(-MAX_SHOWN).toReversed();
      const nodes = exchanges.map((exchange) => {
        const known = items.get(exchange.actor);
        const ended = exchange.ended !== undefined;
        if (known?.ended === ended) return known.node;
        const node = itemOf(exchange, known?.node.hasAttribute('open') ?? exchange === exchanges[0]);
        items.set(exchange.actor, { node, ended });
        return node;
      });
      if (nodes.length === 0)
        return panel.replaceChildren(element('p', { class: 'empty', text: 'No request was made yet.' }));
      const isSame =
        panel.children.length === nodes.length &&
        nodes.every((node, index) => panel.children[index] === node);
      if (!isSame) panel.replaceChildren(...nodes);
    },
  };
}

function exchangesOf(rows: readonly Row[], until: number): readonly Exchange[] {
  const begun = new Map<string, Exchange>();
  for (const { entry } of rows) {
    if (entry.seq > until) continue;
    if (entry.kind === 'actor' && entry.call !== undefined)
      begun.set(entry.actor, { actor: entry.actor, begun: entry, ended: undefined });
    if (entry.kind === 'event' && entry.source !== undefined) {
      const exchange = begun.get(entry.source);
      if (exchange !== undefined) begun.set(entry.source, { ...exchange, ended: entry });
    }
  }
  return [...begun.values()];
}

function itemOf({ begun, ended }: Exchange, isOpen: boolean): HTMLElement {
  const { call, input, at } = begun;
  const output = memberOf(ended?.event, 'output');
  const request = memberOf(output, 'request');
  const response = memberOf(output, 'response');
  const status = statusOf(ended?.event);
  const error = memberOf(ended?.event, 'error');
  const outcome = ended === undefined ? '…' : status === undefined ? 'no answer' : String(status);
  const tone = ended === undefined ? '' : status !== undefined && status < 400 ? 'good' : 'bad';
  const url = memberOf(request, 'url');
  const took = ended === undefined ? '' : ` · ${ended.at - at} ms`;
  return element(
    'details',
    { class: 'exchange', open: isOpen },
    element(
      'summary',
      {},
      element('span', { class: `outcome ${tone}`, text: outcome }),
      element('span', { class: 'what', text: `${call?.method ?? ''} ${call?.path ?? ''}` }),
      element('span', { class: 'time', text: `${timeOf(at)}${took}` }),
    ),
    ...part('Request', typeof url === 'string' ? `${call?.method ?? ''} ${url}` : undefined, [
      ['Headers', memberOf(request, 'headers')],
      ['Parameters', listOf(memberOf(input, 'parameters'))],
      ['Body', memberOf(request, 'body') ?? memberOf(memberOf(input, 'body'), 'payload')],
      ['Problem', memberOf(input, 'problem')],
    ]),
    ...(error === undefined ? [] : part('No answer', undefined, [['Reason', error]])),
    ...(response === undefined
      ? []
      : part('Response', undefined, [
          ['Headers', memberOf(response, 'headers')],
          ['Body', memberOf(response, 'body')],
        ])),
  );
}

function part(
  title: string,
  line: string | undefined,
  values: readonly (readonly [name: string, value: unknown])[],
): readonly HTMLElement[] {
  return [
    element('h3', { text: title }),
    ...(line === undefined ? [] : [element('p', { class: 'url', text: line })]),
    ...values.flatMap(([name, value]) =>
      value === undefined || isEmpty(value)
        ? []
        : [
            element('h4', { text: name }),
            element('pre', {
              tabindex: 0,
              'aria-label': `${title}: ${name}`,
              text: typeof value === 'string' ? value : textOf(value),
            }),
          ],
    ),
  ];
}

function listOf(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 ? (value as readonly unknown[]) : undefined;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
