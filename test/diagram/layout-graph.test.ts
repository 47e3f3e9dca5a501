import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGraph } from '../../src/diagram/create-graph.ts';
import { layoutGraph } from '../../src/diagram/layout-graph.ts';
import { emailOtpDiscoveryPlan, smsOtpLoginPlan } from '../../src/machines/stytch/index.ts';
import { allWorkflows } from '../docs/workflow-pages.ts';
import { randomMachine } from './random-machine.ts';
import { faultsOf, planOfSize } from './support.ts';

const WAYS = [
  { detail: 'full', direction: 'down' },
  { detail: 'overview', direction: 'down' },
  { detail: 'full', direction: 'right' },
] as const;

describe('in a picture nothing lies on anything else, nothing is outside, and every edge is told', () => {
  test('of every workflow in workflows/', async () => {
    const found: string[] = [];
    for (const { plan } of await allWorkflows()) {
      for (const way of WAYS) {
        const faults = await faultsOf(createGraph(plan), way);
        found.push(...faults.map((fault) => `${plan.workflowId}, ${way.detail}, ${way.direction}: ${fault}`));
      }
    }
    expect(found).toEqual([]);
  });

  test.each([3, 10, 30, 60])('of a workflow with %d steps', async (size) => {
    const graph = createGraph(await planOfSize(size));
    expect(await faultsOf(graph, WAYS[0])).toEqual([]);
    expect(await faultsOf(graph, WAYS[1])).toEqual([]);
  });

  test('of any machine: nested, parallel, with lines across borders and to itself', async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, async (machine) => {
        const faults = await faultsOf(createGraph(machine));
        // A line from a state to itself may pass behind the words on another one of the same state.
        expect(faults.filter((fault) => !fault.includes(' through label '))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a layout', () => {
  test('is the same whenever it is made', async () => {
    const graph = createGraph(emailOtpDiscoveryPlan);
    expect(await layoutGraph(graph)).toEqual(await layoutGraph(graph));
  });

  test('is as wide as a page, however many steps there are', async () => {
    const { width } = await layoutGraph(createGraph(await planOfSize(60)));
    expect(width).toBeLessThan(1400);
  });

  test('draws one line from a state to another for each look', async () => {
    const { lines } = await layoutGraph(createGraph(smsOtpLoginPlan));
    const ways = lines.map(({ line }) => `${line.from} ${line.to} ${line.tone}`);
    expect(new Set(ways).size).toBe(ways.length);
    expect(ways).toContain('sending awaitingCode forward');
    expect(ways).toContain('sending awaitingCode failure');
  });

  test('draws an end that many states lead to beside each of them', async () => {
    const { nodes } = await layoutGraph(createGraph(await planOfSize(10)));
    const ends = nodes.filter(({ node }) => node.state === 'failed');
    expect(ends.length).toBe(10);
    const few = await layoutGraph(createGraph(smsOtpLoginPlan));
    expect(few.nodes.filter(({ node }) => node.state === 'failed')).toHaveLength(1);
  });

  test('tells of an edge from everywhere once, beside the state that it leads to', async () => {
    const { notes, nodes, height } = await layoutGraph(createGraph(smsOtpLoginPlan));
    expect(notes.map(({ note }) => note.text)).toEqual([
      'from any state: cancel → cancelled',
      'from any state: too many steps → failed',
    ]);
    const cancelled = nodes.find(({ node }) => node.id === 'cancelled');
    expect((cancelled?.y ?? 0) + (cancelled?.height ?? 0)).toBeLessThan(height);
  });

  test('says the criteria of a failure in full, and in the overview only its name', async () => {
    const graph = createGraph(smsOtpLoginPlan);
    const label = async (detail: 'full' | 'overview') =>
      (await layoutGraph(graph, { detail })).lines
        .flatMap(({ labels }) => labels.map((placed) => placed.label.lines.map(({ text }) => text)))
        .find(([name]) => name === '✗ sendNewCode');
    expect(await label('full')).toEqual([
      '✗ sendNewCode',
      '$response.body#/error_type ==',
      "'unable_to_auth_otp_code'",
      'forgets code',
    ]);
    expect(await label('overview')).toEqual(['✗ sendNewCode']);
  });

  test('says many ways back to earlier questions in the states that they lead from, not as lines', async () => {
    const { lines, nodes } = await layoutGraph(createGraph(await planOfSize(10)));
    expect(lines.filter(({ line }) => line.edges.some((id) => id.includes(':revise:')))).toEqual([]);
    const rows = nodes.find(({ node }) => node.id === 'awaitingTopic6')?.node.rows;
    expect(rows?.map(({ text }) => text)).toEqual(['revise any of 2 earlier inputs']);
    expect(rows?.[0]?.edges).toHaveLength(2);
    const few = await layoutGraph(createGraph(smsOtpLoginPlan));
    expect(few.lines.filter(({ line }) => line.edges.some((id) => id.includes(':revise:')))).toHaveLength(1);
  });

  test('takes ends that lines lead away from, which no machine has and a configuration can say', async () => {
    const end = { type: 'final', on: { GO: 'b' } };
    const graph = createGraph({ id: 'm', states: { a: end, b: { type: 'final' } } });
    const { lines } = await layoutGraph(graph);
    expect(lines.map(({ line }) => [line.from, line.to])).toEqual([['a', 'b']]);
  });

  test('refuses a machine that is too large, and says what to do', async () => {
    const states = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`s${index}`, {}]));
    await expect(layoutGraph(createGraph({ id: 'm', states }))).rejects.toThrow(
      /700 states .* Mermaid or JSON/,
    );
  });
});
