// Captchas: a picture with letters that a sign-in reads before it books, where an installation asks for one. Co-WIN had
// them for some weeks. They slow a clumsy program and stop no good one; the limits of accounts do that.
// SPDX-License-Identifier: Apache-2.0
export { checkCaptcha, makeCaptcha } from "./captchas.js";
export { captchaErrors } from "./errors.js";
