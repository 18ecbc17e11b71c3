// A QR code as one SVG path: sharp at any size, small in the file.
// SPDX-License-Identifier: Apache-2.0
import encodeQR from "qr";

/** Level Q, as HCERT asks; alphanumeric when the text allows, which a certificate's does. Four modules of quiet zone. */
export function qrSvg(text: string): string {
  return svgOf(encodeQR(text, "raw", { ecc: "quartile", border: 4 }));
}

/** The bytes of a zip as they are, at level M, as Co-WIN's codes have it. */
export function qrSvgOfBytes(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  const textEncoder = () => bytes;
  return svgOf(encodeQR(text, "raw", { ecc: "medium", border: 4, encoding: "byte", textEncoder }));
}

function svgOf(matrix: readonly (readonly boolean[])[]): string {
  const size = matrix.length;
  const runs: string[] = [];
  matrix.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const start = x;
      while (x < size && row[x]) x++;
      runs.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
    }
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<rect width="${size}" height="${size}" fill="#fff"/><path d="${runs.join("")}" fill="#000"/></svg>`
  );
}
