// SPDX-License-Identifier: Apache-2.0

/** Product ids have no blanks; people read them with. */
export function productName(product: string): string {
  return product.replaceAll("_", " ");
}
