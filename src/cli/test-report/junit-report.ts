import type { TestedPath, TestedWorkflow } from './tested-workflow.ts';

/** All that was tested as a JUnit file: a suite for each workflow, a case for each path. */
export function junitReport(workflows: readonly TestedWorkflow[]): string {
  const suites = workflows.map(suiteOf);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function suiteOf({ workflowId, tested, skipped, missed }: TestedWorkflow): string {
  const isMissed = missed.length > 0;
  const failures = tested.filter(({ failure }) => failure !== undefined).length + (isMissed ? 1 : 0);
  const seconds = tested.reduce((sum, one) => sum + one.seconds, 0);
  const counts = [
    `tests="${tested.length + skipped.length + (isMissed ? 1 : 0)}"`,
    `failures="${failures}"`,
    `skipped="${skipped.length}"`,
    `time="${seconds.toFixed(3)}"`,
  ].join(' ');
  const name = escaped(workflowId);
  const cases = [
    ...tested.map((one) => caseOf(name, one)),
    ...skipped.map(
      ({ path, why }) =>
        `    <testcase classname="${name}" name="${escaped(path.description)}"><skipped message="${escaped(why)}"/></testcase>\n`,
    ),
    ...(isMissed
      ? [
          `    <testcase classname="${name}" name="coverage">\n      <failure message="${escaped(missed[0] ?? '')}">${escaped(missed.join('\n'))}</failure>\n    </testcase>\n`,
        ]
      : []),
  ];
  return `  <testsuite name="${name}" ${counts}>\n${cases.join('')}  </testsuite>\n`;
}

function caseOf(workflow: string, { path, seconds, failure }: TestedPath): string {
  const head = `    <testcase classname="${workflow}" name="${escaped(path.description)}" time="${seconds.toFixed(3)}"`;
  if (failure === undefined) return `${head}/>\n`;
  const [message = ''] = failure.message.split('\n');
  return `${head}>\n      <failure message="${escaped(message)}" type="${failure.difference.what}">${escaped(failure.message)}</failure>\n    </testcase>\n`;
}

/** A text in XML, without what XML cannot hold. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
