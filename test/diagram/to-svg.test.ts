import * as fc from 'fast-check';
import { parseXmlDocument, type Document, type Element } from 'slimdom';
import { describe, expect, test } from 'vitest';
import { createGraph } from '../../src/diagram/create-graph.ts';
import { diagramStyle } from '../../src/diagram/svg-style.ts';
import { toSvg } from '../../src/diagram/to-svg.ts';
import { smsOtpLogin, smsOtpLoginPlan } from '../../src/machines/stytch/index.ts';
import { randomMachine } from './random-machine.ts';
import { planOfSteps } from './support.ts';

const elements = (document: Document, name: string): readonly Element[] => [
  ...document.getElementsByTagName(name),
];
const withAttribute = (document: Document, attribute: string): readonly Element[] =>
  elements(document, 'g').filter((element) => element.hasAttribute(attribute));
const texts = (document: Document): readonly string[] =>
  elements(document, 'text').map((element) => element.textContent ?? '');

describe('toSvg', () => {
  test('draws a machine as it draws its plan', async () => {
    expect(await toSvg(smsOtpLogin)).toBe(await toSvg(smsOtpLoginPlan));
  });

  test('needs nothing from anywhere: no links, no scripts, no fonts, no pictures', async () => {
    const svg = await toSvg(smsOtpLoginPlan);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|url\(|@import|<script|<image|href|\son\w+=|\sstyle=/,
    );
  });

  test('has a title and a description that says every state and edge, for those who do not see it', async () => {
    const document = parseXmlDocument(await toSvg(smsOtpLoginPlan, { title: 'The login', idPrefix: 'a b' }));
    const root = document.documentElement;
    const [title] = elements(document, 'title');
    const [description] = elements(document, 'desc');
    expect(root?.getAttribute('role')).toBe('img');
    expect(root?.getAttribute('aria-labelledby')).toBe('a_b-title');
    expect(root?.getAttribute('aria-describedby')).toBe('a_b-description');
    expect([title?.getAttribute('id'), title?.textContent]).toEqual(['a_b-title', 'The login']);
    expect(description?.getAttribute('id')).toBe('a_b-description');
    expect(description?.textContent).toContain('starting in awaitingPhoneNumber');
    expect(description?.textContent).toContain(
      'awaitingCode (waits for a person): submit code to authenticating; repeat to sending; revise phone_number to awaitingPhoneNumber.',
    );
    expect(description?.textContent).toContain(
      'From any state: too many steps to failed; cancel to cancelled.',
    );
  });

  test('marks each state with its path and kind, and every edge with its id', async () => {
    const document = parseXmlDocument(await toSvg(smsOtpLoginPlan));
    const graph = createGraph(smsOtpLoginPlan);
    const states = withAttribute(document, 'data-state').map((element) => [
      element.getAttribute('data-state'),
      element.getAttribute('data-kind'),
    ]);
    expect(new Map(states as [string, string][])).toEqual(
      new Map(graph.nodes.map(({ id, kind }) => [id, kind])),
    );
    const drawn = new Set(
      withAttribute(document, 'data-edges').flatMap((element) =>
        element.getAttribute('data-edges')?.split(' '),
      ),
    );
    expect(graph.edges.filter(({ id, isMinor }) => !isMinor && !drawn.has(id))).toEqual([]);
  });

  test('gives success, failure, retry and what a person sends another look each, and not by colour alone', () => {
    const dashes = (tone: string): string =>
      new RegExp(`\\.${tone} > \\.path \\{[^}]*?(stroke-dasharray[^;]*|stroke-width: 2)`).exec(
        diagramStyle,
      )?.[1] ?? '';
    expect(['forward', 'failure', 'retry', 'back'].map(dashes)).toEqual([
      'stroke-width: 2',
      'stroke-dasharray: 7 3',
      'stroke-dasharray: 2 3',
      'stroke-dasharray: 2 3',
    ]);
  });

  test('lights up what it is asked to, and makes the rest faint', async () => {
    const { edges } = createGraph(smsOtpLoginPlan);
    const edge = edges.find(({ label }) => label === 'submit code')?.id ?? '';
    const svg = await toSvg(smsOtpLoginPlan, {
      highlight: { states: ['awaitingCode'], edges: [edge], dimOthers: true },
    });
    const document = parseXmlDocument(svg);
    const lit = elements(document, 'g').filter(
      (element) => element.getAttribute('class')?.endsWith(' lit') === true,
    );
    expect(
      lit.map((element) => element.getAttribute('data-state') ?? element.getAttribute('data-edges')),
    ).toEqual([edge, 'awaitingCode', edge]);
    const faint = elements(document, 'g').filter(
      (element) => element.getAttribute('class')?.endsWith(' dim') === true,
    );
    expect(faint.length).toBeGreaterThan(20);
  });

  test('leaves its style sheet to the page, where that is asked for', async () => {
    expect(await toSvg(smsOtpLoginPlan, { style: 'none' })).not.toContain('<style');
  });

  test('is well-formed and shows as text what is markup in a document', async () => {
    const nasty = `</text><script>alert("1")</script>&amp; ]]> 'x'`;
    const plan = await planOfSteps([
      {
        stepId: 'go',
        operationId: 'act',
        description: nasty,
        successCriteria: [{ context: '$response.body', type: 'regex', condition: nasty }],
      },
    ]);
    const svg = await toSvg({ ...plan, description: nasty }, { title: nasty });
    const document = parseXmlDocument(svg);
    expect(elements(document, 'script')).toEqual([]);
    expect(elements(document, 'title')[0]?.textContent).toBe(nasty);
    expect(texts(document).join(' ')).toContain('</text><script>');
  });

  test('is well-formed for any machine, whatever its names hold', async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, fc.string({ unit: 'binary' }), async (machine, title) => {
        const svg = await toSvg(machine, { title });
        expect(parseXmlDocument(svg).documentElement?.localName).toBe('svg');
      }),
      { numRuns: 60 },
    );
  });
});
