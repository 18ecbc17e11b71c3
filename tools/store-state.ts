// Stores the state of a version, for the upgrade test of those that follow. With the build of the version to store in another
// folder, from this project's folder:
//   node build/tools/store-state.js keys DATA_DIR      before that version's first start on DATA_DIR
//   node build/tools/store-state.js store DATA_DIR FILE   while it runs, after its "demo journey"
// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { storeState, writeSyntheticKeys } from "../tests/upgrade/stored-state.js";

const [what, dataDir, file] = process.argv.slice(2);
if (what === "keys" && dataDir) writeSyntheticKeys(resolve(dataDir));
else if (what === "store" && dataDir && file) await storeState(resolve(dataDir), file);
else {
  process.stderr.write("store-state.js keys DATA_DIR | store DATA_DIR FILE\n");
  process.exitCode = 2;
}
