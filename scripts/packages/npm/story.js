"use strict";
// What became of calls, as a text that people read: the same lines as those of the plug-in for pytest.

const SHOWN = 20;

/** A call's story, its advice and its tries. What the text `said` has already is not repeated. */
function ofCall(call, said) {
  const story = said.includes(call.story) ? "" : `: ${call.story}`;
  const lines = [`${call.id}  ${call.verdict}${story}`];
  if (call.advice && !said.includes(call.advice)) lines.push(`    ${call.advice}`);
  return [...lines, ...call.attempts.map((attempt) => `    ${ofTry(attempt)}`)];
}

function ofTry({ seq, time, status, code, rule, retryAfterMs, end }) {
  const words = [`#${seq}`, time.slice(11, 23), status ?? "no status"];
  if (code) words.push(`code ${code}`);
  if (rule) words.push(`rule '${rule}'`);
  if (typeof retryAfterMs === "number") words.push(`asked to wait ${retryAfterMs / 1000} s`);
  if (end && end !== "answered") words.push(`ended: ${end}`);
  return words.join("  ");
}

/** What became of the calls, a line each, then their tries. Of many calls the first ones are shown. */
exports.text = (calls, said = "") => {
  const lines = calls.slice(0, SHOWN).flatMap((call) => ofCall(call, said));
  if (calls.length > SHOWN) lines.push(`and ${calls.length - SHOWN} more calls`);
  return lines.join("\n");
};
