// Base64 as these formats have it: standard alphabet, padded, one way of writing each value.
// SPDX-License-Identifier: Apache-2.0

/** The bytes, or undefined when the text is not exactly what encoding them would give. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
