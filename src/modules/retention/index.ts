// Retention: what has been kept for its time goes (src/catalogue.ts). Sealed records go by erasures, keys by rotation.
// SPDX-License-Identifier: Apache-2.0
export { keepNoLonger } from "./keep-no-longer.js";
