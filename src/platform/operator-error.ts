// A failure that the operator can mend: its message is one plain sentence, printed without a stack.
// SPDX-License-Identifier: Apache-2.0

export class OperatorError extends Error {
  override name = "OperatorError";
}
