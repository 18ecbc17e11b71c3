// Writes docs/who-may-see-what.md from the disclosure policy.
// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../src/platform/root.js";
import { loadBudgets } from "../src/vault/budgets.js";
import { loadPolicy } from "../src/vault/policy.js";
import { policyPage } from "../src/vault/policy-table.js";

writeFileSync(join(projectRoot, "docs", "who-may-see-what.md"), policyPage(loadPolicy(), loadBudgets().table));
