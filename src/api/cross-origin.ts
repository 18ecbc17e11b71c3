// The API may be called by pages of any origin: what it answers depends on tokens and keys in headers, never on cookies.
// SPDX-License-Identifier: Apache-2.0

/** Co-WIN's own list of headers began as that of AWS API Gateway, which browser clients depend on. */
export const crossOrigin = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers":
    "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,Accept-Language,Idempotency-Key",
  "Access-Control-Allow-Methods": "GET,POST,DELETE,OPTIONS",
  "Access-Control-Expose-Headers": "ETag,Retry-After,RateLimit-Limit,RateLimit-Remaining",
  "Access-Control-Max-Age": "600",
  "Cross-Origin-Resource-Policy": "cross-origin",
};
