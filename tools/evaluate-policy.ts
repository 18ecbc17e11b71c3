// The last step of the build: the disclosure policy is evaluated beforehand.
// SPDX-License-Identifier: Apache-2.0
import { evaluateBeforehand } from "../src/vault/policy.js";

evaluateBeforehand();
