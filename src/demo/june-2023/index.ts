// The leak of June 2023, replayed: what is played, and the page that tells it.
// SPDX-License-Identifier: Apache-2.0
export { junePage, storyFile } from "./page.js";
export type { Stage } from "./stage.js";
export { type JuneStory, liveJune, smallSize } from "./story.js";
