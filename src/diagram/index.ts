// Pictures of machines: nodes and edges, their layout, SVG. The layout engine is loaded when it is first needed.
export { createGraph } from './create-graph.ts';
export type { DiagramSource } from './create-graph.ts';
export { allNodes } from './graph.ts';
export type { DiagramEdge, DiagramGraph, DiagramNode, EdgeKind, NodeKind } from './graph.ts';
export { layoutGraph } from './layout-graph.ts';
export type { LayoutOptions } from './layout-graph.ts';
export type { Layout } from './layout.ts';
export { renderSvg } from './render-svg.ts';
export type { Highlight, SvgOptions } from './render-svg.ts';
export { diagramStyle } from './svg-style.ts';
export { toJson } from './to-json.ts';
export { toMermaid } from './to-mermaid.ts';
export type { MermaidOptions } from './to-mermaid.ts';
export { toSvg } from './to-svg.ts';
export type { ToSvgOptions } from './to-svg.ts';
