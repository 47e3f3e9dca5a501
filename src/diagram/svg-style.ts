import { TEXT } from './measures.ts';

/**
 * The style sheet of the pictures: colours for light and dark as custom properties, all under the class
 * `arazzo-diagram`. A page whose security policy forbids style elements serves it as a file, and asks for pictures with
 * `style: 'none'`.
 */
export const diagramStyle = `.arazzo-diagram {
  color-scheme: light dark;
  --canvas: #ffffff; --ink: #1f2733; --faint: #566170; --frame: #8a94a3; --inside: #f5f7fa;
  --waiting: #b7791f; --waiting-fill: #fff4d6;
  --busy: #2563eb; --busy-fill: #e4eefe;
  --pause: #7c3aed; --pause-fill: #f1ecfe;
  --good: #15803d; --good-fill: #dff7e7;
  --bad: #c81e1e; --bad-fill: #fde6e6;
  --ended: #5b6676; --ended-fill: #eef1f5;
  --lit: #d97706;
  background: var(--canvas);
  font-family: 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif;
}
@media (prefers-color-scheme: dark) {
  .arazzo-diagram {
    --canvas: #11161d; --ink: #e6ebf2; --faint: #a3aebd; --frame: #6b7687; --inside: #19202a;
    --waiting: #e3b04b; --waiting-fill: #35290f;
    --busy: #6ea2ff; --busy-fill: #13233f;
    --pause: #b294ff; --pause-fill: #261b41;
    --good: #4ec77b; --good-fill: #10301c;
    --bad: #ff7b7b; --bad-fill: #3b1518;
    --ended: #9aa5b4; --ended-fill: #222a34;
    --lit: #ffb74a;
  }
}
.arazzo-diagram .canvas { fill: var(--canvas); }
.arazzo-diagram text { fill: var(--ink); font-size: ${TEXT.label.fontSize}px; }
.arazzo-diagram .title { font-size: ${TEXT.title.fontSize}px; font-weight: bold; }
.arazzo-diagram .row, .arazzo-diagram .note { fill: var(--faint); font-size: ${TEXT.row.fontSize}px; }
.arazzo-diagram .shape { fill: var(--canvas); stroke: var(--frame); stroke-width: 1.5; }
.arazzo-diagram .inner { fill: none; stroke: var(--frame); stroke-width: 1; }
.arazzo-diagram .start > .shape { fill: var(--ink); stroke: none; }
.arazzo-diagram .waiting > .shape { fill: var(--waiting-fill); stroke: var(--waiting); }
.arazzo-diagram .busy > .shape { fill: var(--busy-fill); stroke: var(--busy); }
.arazzo-diagram .backoff > .shape { fill: var(--pause-fill); stroke: var(--pause); stroke-dasharray: 5 3; }
.arazzo-diagram .recovering > .shape { fill: var(--busy-fill); stroke: var(--pause); stroke-dasharray: 5 3; }
.arazzo-diagram .compound > .shape, .arazzo-diagram .parallel > .shape { fill: var(--inside); }
.arazzo-diagram .region > .shape { fill: var(--inside); stroke-dasharray: 6 4; }
.arazzo-diagram .final-done > .shape { fill: var(--good-fill); }
.arazzo-diagram .final-done > .shape, .arazzo-diagram .final-done > .inner { stroke: var(--good); }
.arazzo-diagram .final-failed > .shape { fill: var(--bad-fill); }
.arazzo-diagram .final-failed > .shape, .arazzo-diagram .final-failed > .inner { stroke: var(--bad); }
.arazzo-diagram .final-cancelled > .shape, .arazzo-diagram .final > .shape { fill: var(--ended-fill); }
.arazzo-diagram .final-cancelled > .shape, .arazzo-diagram .final > .shape { stroke: var(--ended); }
.arazzo-diagram .path { fill: none; stroke: var(--faint); stroke-width: 1.4; }
.arazzo-diagram .head { fill: var(--faint); }
.arazzo-diagram .forward > .path { stroke: var(--good); stroke-width: 2; }
.arazzo-diagram .forward > .head { fill: var(--good); }
.arazzo-diagram .forward text { fill: var(--good); }
.arazzo-diagram .failure > .path { stroke: var(--bad); stroke-dasharray: 7 3; }
.arazzo-diagram .failure > .head { fill: var(--bad); }
.arazzo-diagram .failure text { fill: var(--bad); }
.arazzo-diagram .retry > .path { stroke: var(--pause); stroke-dasharray: 2 3; }
.arazzo-diagram .retry > .head { fill: var(--pause); }
.arazzo-diagram .retry text { fill: var(--pause); }
.arazzo-diagram .submit > .path { stroke: var(--waiting); stroke-width: 2; }
.arazzo-diagram .submit > .head { fill: var(--waiting); }
.arazzo-diagram .back > .path { stroke: var(--waiting); stroke-dasharray: 2 3; }
.arazzo-diagram .back > .head { fill: var(--waiting); }
.arazzo-diagram .lit > .shape, .arazzo-diagram .lit > .path { stroke: var(--lit); stroke-width: 3.5; }
.arazzo-diagram .lit > .head { fill: var(--lit); }
.arazzo-diagram .label.lit text, .arazzo-diagram .lit > .title { font-weight: bold; }
.arazzo-diagram .dim { opacity: 0.4; }
`;
