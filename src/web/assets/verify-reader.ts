// The heavy half of verifying in the browser: finds a QR code in pixels and checks a certificate, with the same rules as
// the server (lib/certificate). Loaded when it is needed; kept by the service worker for when there is no network.
// SPDX-License-Identifier: Apache-2.0
import jsqrModule from "jsqr";
import {
  readStatusLists,
  readTrustList,
  textInPdf,
  type Verdict,
  verifyCertificate,
} from "../../lib/certificate/index.js";
import { webPrimitives } from "../../lib/certificate/web-primitives.js";
import { textOf } from "../../platform/qr/picture.js";
import { type VerdictView, viewOf, type Words } from "../public/verdict-view.js";

export interface VerifyReader {
  /** The text of a QR code, or undefined if none can be read. */
  readPicture(picture: ImageData): string | undefined;
  /** The signed text that our PDFs carry. */
  textInPdf(bytes: Uint8Array): string | undefined;
  verify(text: string, published: { trustList: unknown; statusLists: unknown }, at: Date): Promise<Verdict>;
  viewOf(verdict: Verdict, words: Words): VerdictView;
}

const readQr = jsqrModule as unknown as typeof import("jsqr").default;

const reader: VerifyReader = {
  readPicture({ data, width, height }) {
    const code = readQr(data, width, height);
    return (code && textOf(code)) || undefined;
  },
  textInPdf,
  async verify(text, published, at) {
    const trust = readTrustList(published.trustList) ?? { version: 1, keys: [] };
    const options = { trust, at, primitives: webPrimitives() };
    const statusLists = (await readStatusLists(published.statusLists, options)) ?? [];
    return verifyCertificate(text, { ...options, statusLists });
  },
  viewOf,
};
(globalThis as { sakshiVerifyReader?: VerifyReader }).sakshiVerifyReader = reader;
