import HTTP1
import RedirectCall

/// One request for the operation, as far as its checks have come: what the answer, the journal and the log line
/// are made of. Ranges are into the request's bytes, JSON texts into its content.
struct Exchange {
  var resource: Resource
  /// When the request began to come, on the resource's clock.
  var now: Instant
  var version: APIVersion?
  var scheme: AuthenticationScheme?
  var user: String?
  var request: RedirectCallRequest?
  var key: RepeatabilityKey?
  /// What the answer's `Repeatability-Result` says; nil where it has none.
  var result: RepeatabilityResult?
  var ordinals = AttemptCounter.Ordinals(attempt: 1, call: 0)
  /// Whether this request's redirect took place now, not in an earlier try.
  var executed = false
  /// Why the request is refused; nil for 204.
  var rejection: Rejection?

  init(resource: Resource, now: Instant) {
    self.resource = resource
    self.now = now
  }

  var status: Int { rejection?.status ?? 204 }
}
