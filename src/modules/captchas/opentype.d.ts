// The little of opentype.js that is used: the package brings no types.
declare module "opentype.js" {
  interface Path {
    toPathData(decimals: number): string;
  }
  interface Glyph {
    getPath(x: number, y: number, size: number): Path;
  }
  interface Font {
    charToGlyph(letter: string): Glyph;
  }
  const opentype: { parse(bytes: ArrayBuffer): Font };

  export type { Font };
  export default opentype;
}
