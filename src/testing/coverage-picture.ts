import { mermaidLabel } from '../diagram/mermaid-text.ts';
import type { Coverage, CoveredEdge } from './coverage.ts';

/** How what was covered, and what was not, looks. */
const STYLES = {
  covered: 'fill:#dcfce7,stroke:#16a34a,color:#052e16',
  uncovered: 'fill:#fee2e2,stroke:#dc2626,color:#450a0a,stroke-dasharray:4 3',
} as const;

const MAX_LABEL = 100;

/**
 * Draws what runs covered as a Mermaid state diagram: green states were entered and red ones were not, `✓ 12×` stands
 * on an edge that was taken so often, `✗ never` on one that was not. Edges that no run can take are left out. The text
 * ends in a line break.
 */
export function coverageToMermaid(coverage: Coverage): string {
  const states = coverage.states.items.map(({ text }) => text);
  const ids = new Map(states.map((state, index) => [state, `s${index}`]));
  const drawing: Drawing = { states, id: (state) => ids.get(state) ?? 'unknown', edges: coverage.paths };
  const lines = linesOf('', drawing);
  const groups = {
    covered: states.filter((state) => coverage.entered.has(state)),
    uncovered: states.filter((state) => !coverage.entered.has(state)),
  };
  for (const [name, style] of Object.entries(STYLES)) {
    // Mermaid cannot give a class to a state with others inside.
    const members = groups[name as keyof typeof groups].filter((state) => !hasInside(state, states));
    if (members.length > 0)
      lines.push(`classDef ${name} ${style}`, `class ${members.map(drawing.id).join(',')} ${name}`);
  }
  return `stateDiagram-v2\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

interface Drawing {
  readonly states: readonly string[];
  readonly id: (state: string) => string;
  readonly edges: readonly CoveredEdge[];
}

function parentOf(state: string): string {
  return state.split('.').slice(0, -1).join('.');
}

function hasInside(state: string, states: readonly string[]): boolean {
  return states.some((other) => parentOf(other) === state);
}

/** The lines of what stands inside of a state: states, what is inside of those, then the edges between them. */
function linesOf(parent: string, { states, id, edges }: Drawing): string[] {
  const inside = states.filter((state) => parentOf(state) === parent);
  const lines: string[] = [];
  for (const state of inside) {
    lines.push(`state "${mermaidLabel(state.split('.').at(-1) ?? '', MAX_LABEL)}" as ${id(state)}`);
    if (!hasInside(state, states)) continue;
    lines.push(
      `state ${id(state)} {`,
      ...linesOf(state, { states, id, edges }).map((line) => `  ${line}`),
      '}',
    );
  }
  for (const edge of edges) {
    if (edge.isExcluded || !inside.includes(edge.from)) continue;
    // An edge that leads nowhere stays where it is; one into a state inside is told at the state around it.
    const to = edge.to.find((target) => inside.includes(target)) ?? edge.from;
    lines.push(`${id(edge.from)} --> ${id(to)} : ${edgeLabel(edge)}`);
  }
  const fromAnywhere = edges.filter(({ from, isExcluded }) => from === parent && !isExcluded);
  for (const edge of fromAnywhere) {
    const to = edge.to.find((target) => inside.includes(target));
    if (to !== undefined && parent === '')
      lines.push(`note right of ${id(to)} : from anywhere, ${edgeLabel(edge)}`);
  }
  return lines;
}

function edgeLabel({ label, count }: CoveredEdge): string {
  return mermaidLabel(`${count > 0 ? `✓ ${count}×` : '✗ never'} ${label}`, MAX_LABEL);
}
