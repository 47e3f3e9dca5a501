import { createGraph, type DiagramSource } from './create-graph.ts';
import { layoutGraph, type LayoutOptions } from './layout-graph.ts';
import { renderSvg, type SvgOptions } from './render-svg.ts';

/** How a picture is drawn. */
export interface ToSvgOptions extends LayoutOptions, SvgOptions {}

/**
 * Draws a machine as SVG: laid out in layers, self-contained, readable in light and dark, with a title and a
 * description for screen readers. The text is the same on every machine, and ends in a line break.
 *
 * @throws UsageError when the source is no plan, machine or graph, or has more than 600 states
 */
export async function toSvg(source: DiagramSource, options: ToSvgOptions = {}): Promise<string> {
  const graph = createGraph(source);
  return renderSvg(graph, await layoutGraph(graph, options), options);
}
