// Makes a picture smaller by averaging: a QR code keeps its modules, noise goes.
// SPDX-License-Identifier: Apache-2.0

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

interface Code {
  readonly data: string;
  readonly binaryData: readonly number[];
  readonly chunks: readonly { readonly type: string }[];
}

/**
 * What a QR code says. Some certificates are no text but the bytes of a zip ("PK"); of those, and of whatever else is no
 * UTF-8, each byte becomes one character. A SMART Health Card is digits after its prefix: its specification wants them in
 * a segment of their own, and a code made otherwise is none.
 */
export function textOf(code: Code): string {
  if (code.data.startsWith("shc:/") && !code.chunks.some(({ type }) => type === "numeric")) return "";
  return code.data || code.binaryData.map((byte) => String.fromCharCode(byte)).join("");
}

/** At most `longest` pixels on the longer side; a smaller picture is left as it is. */
export function shrink(picture: Picture, longest: number): Picture {
  const factor = Math.max(picture.width, picture.height) / longest;
  if (factor <= 1) return picture;
  const width = Math.max(1, Math.round(picture.width / factor));
  const height = Math.max(1, Math.round(picture.height / factor));
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grey = averageOf(picture, x * factor, y * factor, (x + 1) * factor, (y + 1) * factor);
      data.set([grey, grey, grey, 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

function averageOf({ width, height, data }: Picture, left: number, top: number, right: number, bottom: number): number {
  const [fromX, toX] = [Math.floor(left), Math.min(width, Math.max(Math.floor(left) + 1, Math.floor(right)))];
  const [fromY, toY] = [Math.floor(top), Math.min(height, Math.max(Math.floor(top) + 1, Math.floor(bottom)))];
  let sum = 0;
  let count = 0;
  for (let y = fromY; y < toY; y++) {
    for (let x = fromX; x < toX; x++) {
      const at = (y * width + x) * 4;
      // Luma after ITU-R BT.601; a transparent pixel is paper.
      const grey = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      sum += 255 + ((grey - 255) * data[at + 3]!) / 255;
      count += 1;
    }
  }
  return count === 0 ? 255 : sum / count;
}
