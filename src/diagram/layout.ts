import type { Note, PictureLabel, PictureLine, PictureNode } from './picture.ts';

/** A place in a picture, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in a picture, in pixels. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A state with its place. Those inside it come after it. */
export interface PlacedNode extends Box {
  readonly node: PictureNode;
}

/** A line with its places: from the border of a state to that of another, bending at right angles. */
export interface PlacedLine {
  readonly line: PictureLine;
  readonly points: readonly Point[];
  /** One for each label; absent where there is none. */
  readonly labels: readonly PlacedLabel[];
}

export interface PlacedLabel extends Box {
  readonly label: PictureLabel;
}

/** Where everything is. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly lines: readonly PlacedLine[];
  readonly notes: readonly PlacedNote[];
}

/** A line of words with the place where it begins. */
export interface PlacedNote extends Point {
  readonly note: Note;
}
