import { byId, element, setText } from './dom.ts';
import { textOfRow } from './row-text.ts';
import type { Row, Store } from './store.ts';
import { isRecord } from './unknown.ts';

/** The list of what happened. */
export interface LogView {
  /** Shows the rows, the chosen one marked; only those are made that can be seen. */
  readonly show: (store: Store, rows: readonly Row[], chosen: number) => void;
}

/** As the style sheet has it. */
const ROW_HEIGHT = 34;
const BEYOND = 10;

/** Makes the view. @param choose - is told which row a person chose */
export function createLogView(choose: (index: number) => void): LogView {
  const log = byId('log', HTMLElement);
  const event = byId('event', HTMLElement);
  const list = element('div', { class: 'rows', role: 'presentation' });
  log.replaceChildren(list);
  let store: Store | undefined;
  let rows: readonly Row[] = [];
  let chosen = -1;

  const draw = (): void => {
    if (store === undefined) return;
    const from = Math.max(0, Math.floor(log.scrollTop / ROW_HEIGHT) - BEYOND);
    const to = Math.min(rows.length, Math.ceil((log.scrollTop + log.clientHeight) / ROW_HEIGHT) + BEYOND);
    list.style.paddingTop = `${from * ROW_HEIGHT}px`;
    const drawn: HTMLElement[] = [];
    for (let index = from; index < to; index += 1) {
      const row = rows[index];
      if (row !== undefined) drawn.push(lineOf(store, rows, row, index === chosen, rows.length));
    }
    list.replaceChildren(...drawn);
    if (chosen >= from && chosen < to) log.setAttribute('aria-activedescendant', `row-${chosen}`);
    else log.removeAttribute('aria-activedescendant');
  };

  log.addEventListener('scroll', () => requestAnimationFrame(draw));
  new ResizeObserver(draw).observe(log);
  log.addEventListener('keydown', (key) => {
    const page = Math.max(1, Math.floor(log.clientHeight / ROW_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const step = Object.hasOwn(steps, key.key) ? steps[key.key] : undefined;
    if (step === undefined) return;
    key.preventDefault();
    choose(Math.min(rows.length - 1, Math.max(0, chosen + step)));
  });
  log.addEventListener('click', ({ target }) => {
    const line = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    if (line !== null) choose(Number(line.dataset['index']));
  });

  return {
    show: (from, shown, place) => {
      const isOther = store !== from || chosen !== place;
      store = from;
      rows = shown;
      chosen = place;
      list.style.height = `${rows.length * ROW_HEIGHT}px`;
      if (isOther) {
        const top = place * ROW_HEIGHT;
        if (top < log.scrollTop) log.scrollTop = top;
        else if (top + ROW_HEIGHT > log.scrollTop + log.clientHeight)
          log.scrollTop = top + ROW_HEIGHT - log.clientHeight;
      }
      draw();
      const row = rows[place];
      event.hidden = row === undefined;
      setText(event, row === undefined ? '' : dataOf(row));
    },
  };
}

function lineOf(store: Store, rows: readonly Row[], row: Row, isChosen: boolean, count: number): HTMLElement {
  const { what, result, tone } = textOfRow(row, store.actors, statesBefore(rows, row));
  return element(
    'div',
    {
      class: `row ${tone}${isChosen ? ' chosen' : ''}`,
      role: 'option',
      id: `row-${row.index}`,
      'data-index': row.index,
      'aria-selected': String(isChosen),
      'aria-posinset': row.index + 1,
      'aria-setsize': count,
    },
    element('span', { class: 'time', text: timeOf(row.entry.at) }),
    element('span', { class: 'what', text: what, title: what }),
    element('span', { class: 'result', text: result, title: result }),
  );
}

/** The states of the same actor before a row. */
function statesBefore(rows: readonly Row[], row: Row): readonly string[] | undefined {
  for (let index = row.index - 1; index >= 0; index -= 1) {
    const earlier = rows[index];
    if (earlier?.entry.actor === row.entry.actor && earlier.result !== undefined)
      return earlier.result.states;
  }
  return undefined;
}

/** What an event brought, or an actor was given. */
function dataOf({ entry, result }: Row): string {
  const data = entry.kind === 'event' ? entry.event : entry.kind === 'actor' ? (entry.input ?? {}) : {};
  const head = entry.kind === 'event' ? { type: entry.type } : {};
  const error = result?.error === undefined ? {} : { error: result.error };
  const all = { ...head, ...(isRecord(data) ? data : { data }), ...error };
  return textOf(all);
}

/** Texts that are longer are cut: a page that shows them all is slow. */
const MAX_LENGTH = 100_000;

/** A value as JSON that can be read. */
export function textOf(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2) ?? '';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}\n…` : text;
}

/** Hours to milliseconds, as the clock on the wall shows them. */
export function timeOf(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
