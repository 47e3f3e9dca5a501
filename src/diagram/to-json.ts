import { createGraph, type DiagramSource } from './create-graph.ts';

/**
 * The nodes and edges of a machine as JSON text, indented: every edge, with the pointers of the document where there is
 * one. It ends in a line break.
 *
 * @throws UsageError when the source is no plan, machine or graph, or has more than 5,000 states
 */
export function toJson(source: DiagramSource): string {
  return `${JSON.stringify(createGraph(source), undefined, 2)}\n`;
}
