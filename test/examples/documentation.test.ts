import { expect, it } from 'vitest';
import { createFlow } from '../../src/plan/create-flow.ts';
import { statePaths } from '../../src/plan/flow.ts';
import { EXAMPLES, subjectFor } from './examples.ts';

const INTRODUCTION = `# Examples

Small workflows with the API descriptions that they cite, each of which shows one thing. Their paths are compared
with the reference interpreter, and every edge is taken over HTTP (\`test/examples/\`). What follows is written from
the compiler: the states of each machine, in the order of the document; those of a called workflow stand behind a dot.
`;

it('docs/examples.md says which states the compiler makes (`vitest run test/examples -u` writes it)', async () => {
  const lines: string[] = [];
  for (const example of EXAMPLES) {
    const { plan } = await subjectFor(example);
    const states = statePaths(createFlow(plan)).map((state) => `\`${state}\``);
    const link = `[${example.workflowId}](../workflows/examples/${example.file})`;
    lines.push(`- **${link}**: ${example.shows}. ${states.length} states: ${states.join(', ')}.`);
  }
  await expect(`${INTRODUCTION}\n${lines.join('\n')}\n`).toMatchFileSnapshot('../../docs/examples.md');
});
