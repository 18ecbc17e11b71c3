// Limits by number, address and device.
// SPDX-License-Identifier: Apache-2.0
export { CountedLimit, type Standing } from "./counted-limit.js";
export { giveBack, type Limit, type LimitDeps, subscriberOf, takeLimits, usesLeft } from "./limits.js";
