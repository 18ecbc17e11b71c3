// Notifications: what people are told by text message, in their language. Numbers come through the gate and are
// kept nowhere; a notice names no person and no product.
// SPDX-License-Identifier: Apache-2.0
export { type Sent, sendNotice, sendTypedMessage } from "./send-notice.js";
export { isNoticeTemplate, type NoticeTemplate, noticeTemplates, noticeText } from "./templates.js";
