"use strict";
// The names that an option may have, and the near one of a name that does not exist.
const { EmulatorError } = require("./control.js");

// What `ring` says of the call; all else is about the delivery of its event.
const OF_CALL = ["from", "to", "ringsFor", "incomingCallContext", "context", "customContext", "callerDisplayName", "onBehalfOf"];
const OF_DELIVERY = ["schema", "validate", "timeout", "redeliverAfter", "maxDeliveries", "headers", "event"];
const SETTINGS = ["auth", "apiVersions", "calls", "strict", "neighbours", "ownNumbers", "expiresAfter", "scenario"];
// Other words for the same, which are not near.
const MEANT = { caller: "from", callee: "to" };

/** How many letters differ. */
function distance(one, other) {
  let before = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...one].entries()) {
    const next = [row + 1];
    for (const [column, theirs] of [...other].entries()) {
      next.push(Math.min(before[column + 1] + 1, next[column] + 1, before[column] + (letter === theirs ? 0 : 1)));
    }
    before = next;
  }
  return before[other.length];
}

/** ` Did you mean 'ringsFor'?`, or nothing where no name is near. */
function didYouMean(name, known) {
  const plain = (text) => text.replace(/[_-]/g, "").toLowerCase();
  const near = known
    .map((one) => ({ one, distance: distance(plain(name), plain(one)) }))
    .filter(({ one, distance: letters }) => letters <= Math.max(1, Math.floor(one.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const meant = known.includes(MEANT[name]) ? MEANT[name] : near[0]?.one;
  return meant ? ` Did you mean '${meant}'?` : "";
}

/** Throws for an option that a function does not have. */
function options(what, given, known) {
  for (const name of Object.keys(given ?? {})) {
    if (known.includes(name)) continue;
    throw new EmulatorError(`${what} has no option '${name}'.${didYouMean(name, known)} It has ${known.join(", ")}.`);
  }
}

module.exports = { OF_CALL, OF_DELIVERY, SETTINGS, didYouMean, options };
