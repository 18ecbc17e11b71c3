// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exposition } from "./exposition.js";
import { Metrics } from "./metrics.js";

test("metrics of two processes are one text: each family once, each sample with its process", async () => {
  const [web, recorder] = [new Metrics(), new Metrics()];
  for (const metrics of [web, recorder]) {
    const requests = metrics.counter("requests_total", "Requests.");
    requests.add({ route: "/a", status: "200" });
    requests.add({ route: "/a", status: "200" }, 2);
    requests.add({ route: "/b", status: "200" });
  }
  const sizes = recorder.histogram("batch", "Batches.", [1, 4]);
  for (const size of [1, 3, 4, 9]) sizes.observe(size);
  recorder.gauge("age_seconds", "Ages.", async () => [{ labels: { witness: 'a "b"\\\n' }, value: 0.5 }]);
  const text = exposition(
    new Map([
      ["web", await web.read()],
      ["recorder", await recorder.read()],
    ]),
  );
  assert.equal(
    text,
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{process="web",route="/a",status="200"} 3
requests_total{process="web",route="/b",status="200"} 1
requests_total{process="recorder",route="/a",status="200"} 3
requests_total{process="recorder",route="/b",status="200"} 1
# HELP batch Batches.
# TYPE batch histogram
batch_bucket{process="recorder",le="1"} 1
batch_bucket{process="recorder",le="4"} 3
batch_bucket{process="recorder",le="+Inf"} 4
batch_sum{process="recorder"} 17
batch_count{process="recorder"} 4
# HELP age_seconds Ages.
# TYPE age_seconds gauge
age_seconds{process="recorder",witness="a \\"b\\"\\\\\\n"} 0.5
`,
  );
});

test("a gauge that cannot be read is left out, and the others are told", async () => {
  const metrics = new Metrics();
  metrics.gauge("broken", "Broken.", () => Promise.reject(new Error("away")));
  metrics.gauge("whole", "Whole.", () => 7);
  assert.deepEqual(
    (await metrics.read()).map(({ name, samples }) => [name, samples.length]),
    [
      ["broken", 0],
      ["whole", 1],
    ],
  );
});
