// Text messages: one interface, an adapter for an HTTP gateway, and the demo's outbox.
// SPDX-License-Identifier: Apache-2.0
export { type DemoMessage, demoOutbox, demoOutboxFile, readDemoOutbox } from "./demo-outbox.js";
export { type HttpGateway, httpGateway } from "./http-gateway.js";
export { openSms, smsSettingNames } from "./settings.js";
export { type Sms, SmsRefused } from "./sms.js";
