import type { MachineInfo } from '../entry.ts';
import { byId, element } from './dom.ts';
import type { Moment } from './store.ts';

/** The picture of a machine, with what is going on marked in it. */
export interface PictureView {
  /** Shows a machine; `live`: the picture is moved to where the machine is. */
  readonly show: (machine: MachineInfo | undefined, moment: Moment, live: boolean) => void;
}

const ZOOM = 1.25;
const LARGEST = 3;
const SMALLEST = 0.1;
/** Text is not made smaller than can be read, to make a picture fit. */
const SMALLEST_FIT = 0.5;

/** Makes the view. @param recorded - whether a machine comes from a recording, which the server does not know */
export function createPictureView(recorded: (key: string) => boolean): PictureView {
  const canvas = byId('canvas', HTMLElement);
  const pictures = new Map<string, Promise<SVGSVGElement | undefined>>();
  let shown: { readonly key: string; svg: SVGSVGElement | undefined } | undefined;
  let marked: { readonly states: string; readonly moment: Moment } | undefined;
  let latest: { readonly moment: Moment; readonly live: boolean } | undefined;
  let zoom: number | 'fit' = 'fit';

  const resize = (): void => {
    const svg = shown?.svg;
    if (svg === undefined) return;
    const { width, height } = svg.viewBox.baseVal;
    const room = { width: canvas.clientWidth - 2, height: canvas.clientHeight - 2 };
    const fit = Math.min(1.25, Math.max(SMALLEST_FIT, Math.min(room.width / width, room.height / height)));
    const scale = zoom === 'fit' ? fit : zoom;
    svg.setAttribute('width', String(Math.round(width * scale)));
    svg.setAttribute('height', String(Math.round(height * scale)));
  };
  const zoomBy = (factor: number): void => {
    const svg = shown?.svg;
    if (svg === undefined) return;
    const now = Number(svg.getAttribute('width')) / svg.viewBox.baseVal.width;
    zoom = Math.min(LARGEST, Math.max(SMALLEST, now * factor));
    resize();
  };
  const mark = (moment: Moment, live: boolean): void => {
    const svg = shown?.svg;
    if (svg === undefined || marked?.moment === moment) return;
    const states = moment.states.join(' ');
    for (const node of svg.querySelectorAll<SVGElement>('[data-state]')) {
      const state = node.dataset['state'] ?? '';
      node.classList.toggle('active', moment.states.includes(state));
      node.classList.toggle('visited', moment.visited.has(state));
    }
    for (const node of svg.querySelectorAll<SVGElement>('[data-edges]')) {
      const edges = node.dataset['edges']?.split(' ') ?? [];
      node.classList.toggle(
        'taken',
        edges.some((edge) => moment.taken.has(edge)),
      );
      node.classList.toggle(
        'latest',
        edges.some((edge) => moment.latest.includes(edge)),
      );
    }
    const moved = states !== marked?.states;
    marked = { states, moment };
    if (live && moved) reveal(svg);
  };
  /** Scrolls to the innermost active state where it cannot be seen. */
  const reveal = (svg: SVGSVGElement): void => {
    const active = [...svg.querySelectorAll('.active')].at(-1);
    if (active === undefined) return;
    const box = active.getBoundingClientRect();
    const frame = canvas.getBoundingClientRect();
    const isSeen =
      box.left >= frame.left &&
      box.right <= frame.right &&
      box.top >= frame.top &&
      box.bottom <= frame.bottom;
    if (isSeen) return;
    canvas.scrollBy({
      left: box.left + box.width / 2 - frame.left - frame.width / 2,
      top: box.top + box.height / 2 - frame.top - frame.height / 2,
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    });
  };

  byId('zoom-in', HTMLButtonElement).addEventListener('click', () => zoomBy(ZOOM));
  byId('zoom-out', HTMLButtonElement).addEventListener('click', () => zoomBy(1 / ZOOM));
  byId('zoom-fit', HTMLButtonElement).addEventListener('click', () => {
    zoom = 'fit';
    resize();
  });
  new ResizeObserver(resize).observe(canvas);

  const place = async (machine: MachineInfo): Promise<void> => {
    const current: NonNullable<typeof shown> = { key: machine.key, svg: undefined };
    shown = current;
    marked = undefined;
    const picture = pictures.get(machine.key) ?? (recorded(machine.key) ? drawn(machine) : fetched(machine));
    pictures.set(machine.key, picture);
    const waiting = setTimeout(() => {
      if (shown === current && current.svg === undefined)
        canvas.replaceChildren(element('p', { class: 'empty', text: 'The picture is being drawn…' }));
    }, 400);
    const svg = await picture;
    clearTimeout(waiting);
    if (shown !== current) return;
    if (svg === undefined) {
      pictures.delete(machine.key);
      canvas.replaceChildren(element('p', { class: 'empty', text: 'This machine cannot be drawn.' }));
      return;
    }
    current.svg = svg;
    canvas.replaceChildren(svg);
    canvas.dataset['machine'] = machine.key;
    resize();
    if (latest !== undefined) mark(latest.moment, latest.live);
    performance.mark('picture');
  };

  return {
    show: (machine, moment, live) => {
      latest = { moment, live };
      if (machine === undefined) {
        shown = undefined;
        canvas.replaceChildren(element('p', { class: 'empty', text: 'There is nothing to draw yet.' }));
        return;
      }
      if (shown?.key === machine.key) mark(moment, live);
      else void place(machine);
    },
  };
}

/** The server draws a machine that it knows once, for all pages. */
function fetched({ key }: MachineInfo): Promise<SVGSVGElement | undefined> {
  return load('GET', `picture/${key}.svg`);
}

function drawn({ graph }: MachineInfo): Promise<SVGSVGElement | undefined> {
  return load('POST', 'picture', JSON.stringify(graph));
}

/** Fetches a picture as a document: no text is ever parsed as a part of this page. */
function load(method: string, url: string, body?: string): Promise<SVGSVGElement | undefined> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.responseType = 'document';
    if (body !== undefined) request.setRequestHeader('content-type', 'application/json');
    request.addEventListener('load', () => {
      const root = request.status === 200 ? request.responseXML?.documentElement : undefined;
      resolve(root instanceof SVGSVGElement ? document.importNode(root, true) : undefined);
    });
    request.addEventListener('error', () => resolve(undefined));
    request.send(body ?? null);
  });
}
