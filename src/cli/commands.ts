// All commands of the operator, in the order in which --help lists them.
// SPDX-License-Identifier: Apache-2.0

import { trustList } from "../modules/certificates/index.js";
import { dataFolder } from "../start/data-folder.js";
import { attackCommand } from "./attack/attack.js";
import { backupCommand } from "./backup.js";
import { canaryPlant } from "./canary-plant.js";
import { certificateVerify, certificateVerifyUsage } from "./certificate-verify.js";
import type { Command } from "./command.js";
import { dbSizes } from "./db-sizes.js";
import { demoGrow } from "./demo-grow.js";
import { demoJourney } from "./demo-journey/demo-journey.js";
import { demoJune2023 } from "./demo-june-2023/demo-june-2023.js";
import { inquiryAddKnownLeak, inquiryStatusCommand, inquiryVerify } from "./inquiry-case.js";
import { inquiryEvaluate } from "./inquiry-evaluate.js";
import { inquiryOpen, inquiryReport, inquiryRun } from "./inquiry-officers.js";
import { inquirySimulate } from "./inquiry-simulate.js";
import { keysErase, keysRotate, keysStatus } from "./keys.js";
import { keysRevoke } from "./keys-revoke.js";
import { logVerify, logVerifyUsage } from "./log-verify.js";
import { migrateCommand } from "./migrate.js";
import { partnerKey, partnerRevoke, partnerRotate } from "./partner-key.js";
import { restartWeb } from "./restart-web.js";
import { restoreCommand } from "./restore.js";
import { reviewCommand } from "./review/review.js";
import { staffInvite } from "./staff-invite.js";
import { statusCommand } from "./status.js";
import { witness, witnessTrust } from "./witness.js";

const verifyLog: Command = {
  words: "log verify",
  summary: "check the published disclosure log: signature, every entry, every tile",
  usage: logVerifyUsage,
  run: (args, { config, write, writeError, connectAs }) =>
    logVerify(args, {
      write,
      writeProgress: writeError,
      connectAsAuditor: () => connectAs("sakshi_auditor"),
      directory: dataFolder(config.dataDir).published,
    }),
};

const verifyCertificates: Command = {
  words: "certificate verify",
  summary: "check certificates: text or picture of the QR code",
  usage: certificateVerifyUsage,
  run: (args, { calledFrom, write, writeError, openHouse }) =>
    certificateVerify(args, {
      write,
      writeProblem: writeError,
      folder: calledFrom,
      now: () => new Date(),
      async ownTrustList() {
        const house = openHouse();
        try {
          return await trustList(house.deps);
        } finally {
          await house.close();
        }
      },
    }),
};

export const commands: readonly Command[] = [
  statusCommand,
  restartWeb,
  staffInvite,
  partnerKey,
  partnerRotate,
  partnerRevoke,
  canaryPlant,
  keysStatus,
  keysRotate,
  keysErase,
  keysRevoke,
  verifyLog,
  witnessTrust,
  witness,
  verifyCertificates,
  backupCommand,
  restoreCommand,
  migrateCommand,
  dbSizes,
  inquirySimulate,
  inquiryEvaluate,
  inquiryStatusCommand,
  inquiryOpen,
  inquiryRun,
  inquiryReport,
  inquiryAddKnownLeak,
  inquiryVerify,
  demoJourney,
  demoJune2023,
  demoGrow,
  attackCommand,
  reviewCommand,
];
