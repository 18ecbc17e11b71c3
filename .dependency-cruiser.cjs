// Who may import whom. Imports point down: doors (web, api, jobs, cli) → house (modules) → floor (platform) → toolbox
// (lib). The vault and the publisher are floors of their own. tools/check-imports.ts breaks each rule on purpose and
// demands to be told: with the wrong TypeScript this tool sees no file and finds nothing.
// SPDX-License-Identifier: Apache-2.0
const TEST = "(\\.test\\.tsx?$|^tests/)";
const DOORS = "^src/(web|api|jobs|cli|demo|start)/";
const MODULE = "^src/modules/([^/]+)/";

// A module may use modules of its own row or of a row above.
const ROWS = [
  ["disclosure"],
  ["accounts", "staff", "facilities", "vaccines", "notifications", "partners", "captchas"],
  ["beneficiaries", "sessions", "accesses", "reviews"],
  ["vaccinations", "appointments"],
  ["attendance", "certificates", "aefi", "coverage", "consents", "erasures", "retention", "inquiries"],
  ["tickets", "own-data", "wallets"],
];
const upOnly = ROWS.slice(0, -1).map((row, i) => ({
  name: `row-${i}-points-up-only`,
  severity: "error",
  from: { path: `^src/modules/(${row.join("|")})/`, pathNot: TEST },
  to: {
    path: `^src/modules/(${ROWS.slice(i + 1)
      .flat()
      .join("|")})/`,
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: ["\\.d\\.ts$", TEST, "^src/[a-z]+-main\\.ts$", "^src/web/assets/", "^tools/"] },
      to: {},
    },
    {
      name: "lib-is-pure",
      severity: "error",
      comment: "Outsiders must be able to run the log and certificate code: own files and Node's crypto and zlib only.",
      from: { path: "^src/lib/", pathNot: TEST },
      to: { pathNot: ["^src/lib/", "^(node:)?(crypto|zlib)$", "node_modules/cborg/"] },
    },
    {
      name: "platform-knows-no-domain",
      severity: "error",
      from: { path: "^src/platform/", pathNot: TEST },
      to: { path: "^src/", pathNot: ["^src/platform/", "^src/lib/"] },
    },
    {
      name: "pdf-knows-no-domain",
      severity: "error",
      comment: "Papers are drawn from plain values.",
      from: { path: "^src/pdf/", pathNot: TEST },
      to: { path: "^src/", pathNot: ["^src/(pdf|platform|lib)/"] },
    },
    {
      name: "vault-is-a-floor-of-its-own",
      severity: "error",
      comment: "The processes that hold keys share no code with what faces the network.",
      from: { path: "^src/(vault|publisher)/", pathNot: TEST },
      to: {
        path: "^src/",
        pathNot: [
          "^src/(vault|publisher|platform|lib)/",
          "^src/modules/disclosure/(types|gate|inquiry)\\.ts$",
          "^src/catalogue\\.ts$",
        ],
      },
    },
    {
      name: "witness-stands-alone",
      severity: "error",
      comment: "A witness is run by others: it shares formats with the log, and nothing else.",
      from: { path: "^src/witness/", pathNot: TEST },
      to: { path: "^src/", pathNot: ["^src/(witness|lib)/", "^src/platform/(exclusive-file|operator-error)\\.ts$"] },
    },
    {
      name: "modules-know-no-door",
      severity: "error",
      from: { path: MODULE, pathNot: TEST },
      to: { path: [DOORS, "^src/(house|config)\\.ts$", "-main\\.ts$"] },
    },
    {
      name: "modules-know-no-vault",
      severity: "error",
      comment: "The house speaks to the vault over its sockets only.",
      from: { path: MODULE, pathNot: TEST },
      to: { path: "^src/vault/" },
    },
    {
      name: "module-front-door",
      severity: "error",
      comment: "Another module is reached through its index.ts.",
      from: { path: MODULE, pathNot: TEST },
      to: { path: "^src/modules/", pathNot: ["^src/modules/$1/", "^src/modules/[^/]+/index\\.ts$"] },
    },
    {
      name: "door-uses-front-door",
      severity: "error",
      from: { path: DOORS, pathNot: TEST },
      to: { path: "^src/modules/", pathNot: "^src/modules/[^/]+/index\\.ts$" },
    },
    {
      name: "doors-have-no-sql",
      severity: "error",
      from: { path: "^src/(web|api|jobs)/", pathNot: TEST },
      to: { path: ["^src/platform/db/", "node_modules/pg/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "sql-lives-in-store",
      severity: "error",
      from: { path: MODULE, pathNot: ["store\\.ts$", TEST] },
      to: { path: ["node_modules/pg/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "rules-are-pure",
      severity: "error",
      comment: "rules.ts decides and touches nothing.",
      from: { path: "/rules\\.ts$" },
      to: { path: ["^src/platform/db/", "store\\.ts$", "node_modules"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "portals-are-strangers",
      severity: "error",
      from: { path: "^src/web/(citizen|staff|officer|privacy|public)/", pathNot: TEST },
      to: { path: "^src/web/(citizen|staff|officer|privacy|public)/", pathNot: "^src/web/$1/" },
    },
    {
      name: "no-tests-in-production",
      severity: "error",
      from: { path: "^src/", pathNot: TEST },
      to: { path: TEST },
    },
    ...upOnly,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(build|var)/" },
  },
};
