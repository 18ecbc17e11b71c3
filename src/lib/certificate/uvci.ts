// UVCI, the unique certificate identifier, version 01 option 3 with its check character (eHealth Network,
// "Guidelines on verifiable vaccination certificates", Annex 2): Luhn mod 38 over the whole text before the "#".
// SPDX-License-Identifier: Apache-2.0

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";

/** "URN:UVCI:01:IN:SAKSHI/0123…#K" for an opaque id of capital letters and digits. */
export function makeUvci(country: string, authority: string, opaque: string): string {
  const text = `URN:UVCI:01:${country}:${authority}/${opaque}`;
  const check = checkCharacter(text);
  if (
    !/^[A-Z]{2}$/.test(country) ||
    !/^[A-Z0-9]+$/.test(authority) ||
    !/^[A-Z0-9]+$/.test(opaque) ||
    !check ||
    text.length > 78
  ) {
    throw new Error(
      "a UVCI is made of a country, an authority and an opaque id in capital letters and digits, at most 80 characters",
    );
  }
  return `${text}#${check}`;
}

/** Undefined when the text has a character that the check is not defined for. */
export function checkCharacter(text: string): string | undefined {
  let sum = 0;
  let factor = 2;
  for (let i = text.length - 1; i >= 0; i--) {
    const value = characters.indexOf(text[i]!);
    if (value < 0) return undefined;
    const product = value * factor;
    sum += Math.floor(product / 38) + (product % 38);
    factor = 3 - factor;
  }
  return characters[(38 - (sum % 38)) % 38];
}

/** True, false, or undefined when the identifier carries no check character (it is optional). */
export function hasRightCheckCharacter(uvci: string): boolean | undefined {
  const at = uvci.lastIndexOf("#");
  if (at < 0) return undefined;
  return checkCharacter(uvci.slice(0, at)) === uvci.slice(at + 1);
}
