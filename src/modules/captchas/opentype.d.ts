// The little of opentype.js that is used: the package brings no types.
declare module "opentype.js/dist/opentype.mjs" {
  interface Path {
    toPathData(decimals: number): string;
  }
  interface Glyph {
    getPath(x: number, y: number, size: number): Path;
  }
  export interface Font {
    charToGlyph(letter: string): Glyph;
  }
  export function parse(bytes: ArrayBuffer): Font;
}
