// Limits by number, address and device.
// SPDX-License-Identifier: Apache-2.0
export { giveBack, type Limit, type LimitDeps, subscriberOf, takeLimits } from "./limits.js";
