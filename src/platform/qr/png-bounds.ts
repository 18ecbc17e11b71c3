// Looks at a PNG's outline before anything decodes it: how large the picture would become. The decoder takes the last
// header it meets and inflates an interlaced picture without a bound, so both are settled here.
// SPDX-License-Identifier: Apache-2.0
import { inflateSync } from "node:zlib";

/** Samples of 8 bits in four channels: 32 million pixels, or half as many with 16 bits. */
const maxSamples = 4 * 32e6;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const headerBytes = 13;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly isInterlaced: boolean;
}

export function isPng(photo: Buffer): boolean {
  return photo.subarray(0, signature.length).equals(signature);
}

/** Why a PNG must not reach the decoder; undefined when it may. */
export function pngFault(photo: Buffer): "unreadable" | "too-large" | undefined {
  const outline = readOutline(photo);
  if (!outline) return "unreadable";
  const { header, compressed } = outline;
  const samples = header.width * header.height * 4 * Math.ceil(header.depth / 8);
  if (samples > maxSamples) return "too-large";
  if (!header.isInterlaced) return undefined;
  // Each of the seven passes (PNG, third edition, §8.2) adds a filter byte a row; together fewer than two a row and one a pass.
  return inflatesWithin(compressed, samples + 2 * header.height + 7) ? undefined : "too-large";
}

/** The one header and the compressed data; undefined when the chunks do not fit one another. */
function readOutline(photo: Buffer): { header: Header; compressed: Buffer } | undefined {
  let header: Header | undefined;
  const data: Buffer[] = [];
  for (let at = signature.length; at + 12 <= photo.length; ) {
    const length = photo.readUInt32BE(at);
    const type = photo.toString("latin1", at + 4, at + 8);
    const content = photo.subarray(at + 8, at + 8 + length);
    if (content.length < length) return undefined;
    if (type === "IHDR") {
      if (header || length !== headerBytes) return undefined;
      header = readHeader(content);
    } else if (!header) return undefined;
    else if (type === "IDAT") data.push(content);
    else if (type === "IEND") break;
    at += 12 + length;
  }
  return header && { header, compressed: Buffer.concat(data) };
}

function readHeader(content: Buffer): Header {
  return {
    width: content.readUInt32BE(0),
    height: content.readUInt32BE(4),
    depth: content.readUInt8(8),
    isInterlaced: content.readUInt8(12) !== 0,
  };
}

function inflatesWithin(compressed: Buffer, limit: number): boolean {
  try {
    inflateSync(compressed, { maxOutputLength: limit });
    return true;
  } catch (error) {
    // Broken data is the decoder's to refuse: it ends at the same place.
    return (error as { code?: string }).code !== "ERR_BUFFER_TOO_LARGE";
  }
}
